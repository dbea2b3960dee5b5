import Imaging
import NeuralNetwork
import TensorCore
import Training

/// What a kind of detector learns by: how objects become tensors, and the loss.
package protocol DetectionObjective: Sendable {
  /// Whether the objects' masks are needed.
  var needsMasks: Bool { get }
  /// Paths at and below which nothing is trained where a network starts from trained weights.
  func frozen(in parameters: ParameterStore) -> [String]
  /// What beside the pictures a step reads, for the objects of each picture of a batch whose inputs have this size.
  func targets(
    for objects: [[TrainingObject]], inputSize: ImageSize, _ batch: BatchContext
  ) throws(ShapeError) -> [Tensor]
  /// The loss, a scalar, then its parts, of pictures `[N, C, H, W]` and the targets. Reads no values, so that it can be recorded.
  func losses(for pictures: Tensor, _ targets: [Tensor]) throws(ShapeError) -> [Tensor]
}

extension DetectionObjective {
  package var needsMasks: Bool { false }
  package func frozen(in parameters: ParameterStore) -> [String] { [] }
}
