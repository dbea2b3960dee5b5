import Synchronization
import TensorCore

/// All parameters of a model, by path, in the order in which its layers registered them (the order of `state_dict()`).
public final class ParameterStore: Sendable {
  private struct State: Sendable {
    var ordered: [Parameter] = []
    var byPath: [String: Int] = [:]
    var seed: UInt64 = 0
    var precision = Precision.fp32
    var packedKeeper: (any PackedKeeper)?
  }
  private let state = Mutex(State())

  /// An empty store; `seed` fills what no checkpoint fills.
  public init(seed: UInt64 = 0) { state.withLock { $0.seed = seed } }

  /// How products with these parameters are computed by what is compiled from now on.
  public var precision: Precision {
    get { state.withLock { $0.precision } }
    set { state.withLock { $0.precision = newValue } }
  }

  /// Keeps what is packed of these parameters for the program's next start; nil where nothing does.
  package var packedKeeper: (any PackedKeeper)? {
    get { state.withLock { $0.packedKeeper } }
    set { state.withLock { $0.packedKeeper = newValue } }
  }

  /// The scope of the whole model.
  public var root: ParameterScope { ParameterScope(store: self, path: "") }

  /// The parameters in the order of registration.
  public var parameters: [Parameter] { state.withLock { $0.ordered } }

  /// The parameter with this path.
  public subscript(path: String) -> Parameter? {
    state.withLock { state in state.byPath[path].map { state.ordered[$0] } }
  }

  /// The present values of the parameter with this path. Throws `ShapeError` where there is none.
  package func value(at path: String) throws(ShapeError) -> Tensor {
    guard let parameter = self[path] else {
      throw ShapeError(.argument, "parameters", "there is no parameter \(path)")
    }
    return try parameter.value()
  }

  /// Number of trainable values.
  public var trainableCount: Int { parameters.reduce(0) { $0 + ($1.kind == .trainable ? $1.spec.count : 0) } }

  func register(_ path: String, _ spec: TensorSpec, _ kind: Parameter.Kind, _ initializer: Initializer) -> Parameter {
    state.withLock { state in
      // Two layers under one name would be a fault of the model's code; they share the parameter, as tied weights do.
      if let index = state.byPath[path] { return state.ordered[index] }
      let parameter = Parameter(path: path, spec: spec, kind: kind, initializer: initializer, seed: state.seed)
      state.byPath[path] = state.ordered.count
      state.ordered.append(parameter)
      return parameter
    }
  }
}
