import Checkpoints
import NeuralNetwork
import TensorCore

extension ParameterStore {
  /// Fills every parameter from a state dictionary, strictly.
  ///
  /// Floating-point values of another width are converted. Throws `LoadingError` with all missing, unexpected and mis-shaped
  /// keys, or `CheckpointError` where a tensor cannot be read. Buffers that checkpoints may lack (`num_batches_tracked`) keep
  /// their value when absent.
  public func load(_ state: StateDictionary) throws {
    var fault = LoadingError(file: state.path)
    var unseen = Set(state.names)
    var fitting: [(Parameter, String)] = []
    for parameter in parameters {
      guard let spec = state.spec(of: parameter.path) else {
        if parameter.kind != .optionalBuffer { fault.missing.append(parameter.path) }
        continue
      }
      unseen.remove(parameter.path)
      let isConvertible =
        spec.dtype == parameter.spec.dtype || (spec.dtype.isFloatingPoint && parameter.spec.dtype.isFloatingPoint)
      if spec.shape == parameter.spec.shape, isConvertible {
        fitting.append((parameter, parameter.path))
      } else {
        fault.mismatched.append("\(parameter.path): \(spec) instead of \(parameter.spec)")
      }
    }
    fault.unexpected = state.names.filter { unseen.contains($0) }
    guard fault.isEmpty else { throw fault }
    for (parameter, name) in fitting {
      let tensor = try state.tensor(name)
      if !tensor.isFinite() { fault.notFinite.append(name) }
      try parameter.assign(tensor.dtype == parameter.spec.dtype ? tensor : tensor.cast(to: parameter.spec.dtype))
    }
    guard fault.isEmpty else { throw fault }
  }

  /// The present values, in the order of registration: what a checkpoint of this model holds.
  public func stateDictionary() throws -> StateDictionary {
    StateDictionary(try parameters.map { ($0.path, try $0.value()) })
  }
}
