import Checkpoints
import NeuralNetwork
import TensorCore

extension DarknetNetwork {
  /// Fills the parameters from a `.weights` file, which must hold exactly as many values, all of them finite.
  public func load(_ weights: DarknetWeights) throws(CheckpointError) { try load(weights, isChecked: { _ in false }) }

  /// Fills the parameters; `isChecked` says which tensors are known to have neither NaN nor infinities.
  package func load(_ weights: DarknetWeights, isChecked: (Tensor) -> Bool) throws(CheckpointError) {
    var weights = weights
    var values: [(parameter: Parameter, tensor: Tensor)] = []
    for (_, parameter) in stored {
      values.append((parameter, try weights.next(parameter.spec.shape, layer: parameter.path)))
    }
    try weights.finish()
    try ParameterFilling(path: weights.path).assign(values, isChecked: isChecked)
  }
}
