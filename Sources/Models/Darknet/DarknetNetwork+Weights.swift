import Checkpoints
import NeuralNetwork

extension DarknetNetwork {
  /// Fills the parameters from a `.weights` file, which must hold exactly as many values.
  ///
  /// Throws `CheckpointError` where it holds fewer or more, `LoadingError` where values are not finite.
  public func load(_ weights: DarknetWeights) throws {
    var weights = weights
    var fault = LoadingError(file: weights.path)
    for (_, parameter) in stored {
      let tensor = try weights.next(parameter.spec.shape, layer: parameter.path)
      if !tensor.isFinite() { fault.notFinite.append(parameter.path) }
      try parameter.assign(tensor)
    }
    try weights.finish()
    guard fault.notFinite.isEmpty else { throw fault }
  }
}
