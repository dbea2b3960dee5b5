import Imaging
import Models
import TensorCore

/// A network that finds objects.
public protocol DetectionNetwork: Network {
  /// The objects in each image of a batch `[N, C, H, W]`, best first, boxes in pixels of the input; what the settings leave
  /// out is left out.
  func detect(_ input: Tensor, _ settings: DetectionSettings) throws(ShapeError) -> [[DetectionCandidate]]
}

/// A detection network whose outputs are dense rows of candidates, which suppression by class then thins out.
public protocol DenseDetectionNetwork: DetectionNetwork {
  /// What the outputs for a batch of this size say about its image `index`: every candidate of at least this confidence, boxes in pixels of
  /// the network's input. Candidates whose numbers are not finite are left out.
  func candidates(
    in outputs: [NamedTensor], image index: Int, inputSize: ImageSize, confidence: Float
  ) throws(ShapeError) -> [DetectionCandidate]
}

extension DenseDetectionNetwork {
  /// Runs the network and suppresses what overlaps, within each class, by more than 0.45 where the settings name no bound.
  public func detect(_ input: Tensor, _ settings: DetectionSettings) throws(ShapeError) -> [[DetectionCandidate]] {
    let outputs = try outputs(for: input)
    let size = ImageSize(width: input.shape[3], height: input.shape[2])
    var results: [[DetectionCandidate]] = []
    for index in 0..<input.shape[0] {
      let found = try candidates(in: outputs, image: index, inputSize: size, confidence: settings.confidence)
      results.append(
        NonMaximumSuppression.filter(found, iou: settings.iou ?? 0.45, limit: settings.maximumDetections))
    }
    return results
  }
}
