import Imaging
import Models
import TensorCore

/// A network whose outputs are objects.
public protocol DetectionNetwork: Network {
  /// What the outputs for a batch of this size say about its image `index`: every candidate of at least this confidence, boxes in pixels of
  /// the network's input. Candidates whose numbers are not finite are left out.
  func candidates(
    in outputs: [NamedTensor], image index: Int, inputSize: ImageSize, confidence: Float
  ) throws(ShapeError) -> [DetectionCandidate]
}
