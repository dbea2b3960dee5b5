import Synchronization
import TensorCore

/// The outputs of a network's layers by their paths: to find the first layer that differs from a reference.
public final class LayerTrace: Sendable {
  private let state = Mutex([(name: String, tensor: Tensor)]())

  /// The trace that is kept now, on this task.
  @TaskLocal static var current: LayerTrace?

  /// An empty trace.
  public init() {}

  /// Every layer's output in the order in which they ran; the second output of one layer is called `PATH#2`.
  public var outputs: [(name: String, tensor: Tensor)] { state.withLock { $0 } }

  /// Runs `body` and keeps what the layers in it give.
  public func run<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    let result: Result<R, E> = Self.$current.withValue(self) {
      do throws(E) { return .success(try body()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  func add(_ path: String, _ tensor: Tensor) {
    state.withLock { outputs in
      let earlier = outputs.count { $0.name == path || $0.name.hasPrefix(path + "#") }
      outputs.append((earlier == 0 ? path : "\(path)#\(earlier + 1)", tensor))
    }
  }
}
