import Synchronization

/// Files that could not be used, each named once.
public final class Quarantine: Sendable {
  private struct State {
    var faults: [DatasetFault] = []
    var files: Set<String> = []
  }
  private let state = Mutex(State())

  /// An empty one.
  public init() {}

  /// What is in it, in the order it came.
  public var faults: [DatasetFault] { state.withLock(\.faults) }

  /// Adds a file, and returns how many there are.
  @discardableResult public func add(_ error: DatasetError) -> Int {
    state.withLock { state in
      if state.files.insert(error.file).inserted {
        state.faults.append(DatasetFault(kind: error.code, file: error.file, message: error.fault))
      }
      return state.files.count
    }
  }
}
