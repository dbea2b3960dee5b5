import Checkpoints
import NeuralNetwork
import TensorCore

extension ParameterStore {
  /// Fills every parameter from a state dictionary, strictly.
  ///
  /// Floating-point values of another width are converted. Buffers that checkpoints may lack (`num_batches_tracked`) keep their
  /// value when absent. Throws `CheckpointError`: all missing, unexpected and mis-shaped keys at once, or those with NaN.
  public func load(_ state: StateDictionary) throws(CheckpointError) { try load(state, isChecked: { _ in false }) }

  /// Fills every parameter; `isChecked` says which tensors are known to have neither NaN nor infinities.
  package func load(_ state: StateDictionary, isChecked: (Tensor) -> Bool) throws(CheckpointError) {
    let parameters = parameters
    let optional = Set(parameters.filter { $0.kind == .optionalBuffer }.map(\.path))
    try state.validate(against: parameters.map { ($0.path, $0.spec.shape) }, isOptional: optional.contains)
    var values: [(parameter: Parameter, tensor: Tensor)] = []
    for parameter in parameters where state.contains(parameter.path) {
      values.append((parameter, try state.tensor(parameter.path)))
    }
    try ParameterFilling(path: state.path).assign(values, isChecked: isChecked)
  }

  /// The present values, in the order of registration: what a checkpoint of this model holds.
  public func stateDictionary() throws(ShapeError) -> StateDictionary {
    var tensors: [(String, Tensor)] = []
    for parameter in parameters { tensors.append((parameter.path, try parameter.value())) }
    return StateDictionary(tensors)
  }
}

/// Gives parameters the values of a weights file, after checking that they are numbers.
struct ParameterFilling {
  /// The file, for error messages.
  let path: String

  func assign(
    _ values: [(parameter: Parameter, tensor: Tensor)], isChecked: (Tensor) -> Bool
  ) throws(CheckpointError) {
    let broken = values.filter { !isChecked($0.tensor) && !$0.tensor.isFinite() }.map(\.parameter.path)
    guard broken.isEmpty else {
      let shown = broken.prefix(3).joined(separator: ", ") + (broken.count > 3 ? ", ..." : "")
      throw .damaged(
        CheckpointFault(
          "\(broken.count) tensors have NaN or infinite values (\(shown)); the file is damaged or its training diverged",
          path: path))
    }
    for (parameter, tensor) in values { try assign(tensor, to: parameter) }
  }

  private func assign(_ tensor: Tensor, to parameter: Parameter) throws(CheckpointError) {
    let wanted = parameter.spec.dtype
    guard tensor.dtype == wanted || (tensor.dtype.isFloatingPoint && wanted.isFloatingPoint) else {
      throw .unsupported(
        CheckpointFault(
          "wrong element type", path: path, key: parameter.path, expected: wanted.rawValue, found: tensor.dtype.rawValue
        ))
    }
    do {
      try parameter.assign(tensor.cast(to: wanted))
    } catch {
      throw .memory(CheckpointFault(error.description, path: path, key: parameter.path))
    }
  }
}
