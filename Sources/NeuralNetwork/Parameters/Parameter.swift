import Synchronization
import TensorCore

/// A named tensor of a model: a weight that training changes, or a buffer such as a running mean. Shared by reference.
///
/// It holds no values until a checkpoint or an initialiser gives it some, so that building a model costs nothing.
public final class Parameter: Sendable {
  /// What a parameter is to training and checkpoints.
  public enum Kind: Sendable, Hashable {
    /// Changed by the optimiser.
    case trainable
    /// Carried in checkpoints, not changed by the optimiser.
    case buffer
    /// A buffer that checkpoints may lack: always written, optional on load (`num_batches_tracked`).
    case optionalBuffer
  }

  /// Its key in checkpoints, such as `layer1.0.conv1.weight`.
  public let path: String
  /// Shape and element type.
  public let spec: TensorSpec
  /// What it is to training and checkpoints.
  public let kind: Kind
  private let initializer: Initializer
  private let seed: UInt64

  private struct State: Sendable {
    var tensor: Tensor?
    var version = 0
  }
  private let state = Mutex(State())

  init(path: String, spec: TensorSpec, kind: Kind, initializer: Initializer, seed: UInt64) {
    self.path = path
    self.spec = spec
    self.kind = kind
    self.initializer = initializer
    self.seed = seed
  }

  /// The present values. Filled by the initialiser at the first use where nothing was assigned. While a tape is written, the
  /// tape follows what it trains.
  public func value() throws(ShapeError) -> Tensor {
    let tensor = try untracked()
    guard kind == .trainable, let tape = Tape.current else { return tensor }
    return tape.parameter(path, tensor)
  }

  private func untracked() throws(ShapeError) -> Tensor {
    if let recording = Recording.current { return recording.parameter(path, spec) }
    if let tensor = state.withLock({ $0.tensor }) { return tensor }
    let filled = try initializer.tensor(spec, seed: seed, path: path)
    return state.withLock { state in
      if let tensor = state.tensor { return tensor }
      state.tensor = filled
      return filled
    }
  }

  /// Replaces the values; the shape and type must be this parameter's.
  public func assign(_ tensor: Tensor) throws(ShapeError) {
    guard tensor.spec == spec else {
      throw ShapeError(.shape, "assign", "\(path) is \(spec), the new values are \(tensor.spec)")
    }
    state.withLock {
      $0.tensor = tensor
      $0.version += 1
    }
  }

  /// Changes the values in place, where nobody else holds them. Others who ask for them wait.
  package func update(_ body: (inout Tensor) throws(ShapeError) -> Void) throws(ShapeError) {
    _ = try untracked()
    let result: Result<Void, ShapeError> = state.withLock { state in
      guard var tensor = state.tensor else { return .success(()) }
      // Taken out, so that it is held once.
      state.tensor = nil
      defer {
        state.tensor = tensor
        state.version += 1
      }
      do throws(ShapeError) { return .success(try body(&tensor)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Forgets what the initialiser gave, where nothing was assigned since: it gives the same again when it is asked for.
  package func forgetInitialValues() {
    state.withLock { if $0.version == 0 { $0.tensor = nil } }
  }

  /// Counts assignments: what was computed from the values (packed weights) is stale when it changes.
  public var version: Int { state.withLock { $0.version } }
}
