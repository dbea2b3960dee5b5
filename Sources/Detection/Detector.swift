import Augmentation
import Imaging
import Models
import TensorCore

/// A detection network with what belongs to it: the contract of its input and the names of its classes.
public struct Detector: Sendable {
  /// The catalog id, as in results.
  public let model: String
  /// The network.
  public let network: any DetectionNetwork
  /// How a picture becomes its input.
  public let contract: InputContract
  /// The names of its classes, in order.
  public let labels: [String]
  /// The ids that its data set gives the classes (COCO's are sparse), in order; nil where they count from 1.
  public let categoryIDs: [Int]?

  /// A detector.
  public init(
    model: String, network: any DetectionNetwork, contract: InputContract, labels: [String], categoryIDs: [Int]? = nil
  ) {
    self.model = model
    self.network = network
    self.contract = contract
    self.labels = labels
    self.categoryIDs = categoryIDs
  }

  /// A picture as the network's input. Throws `ImageError`.
  public func prepare(_ image: Image) throws -> PreparedImage { try contract.prepare(image) }

  /// The objects in each prepared picture, best first. All must have the same size. Throws `ShapeError`.
  public func detect(_ images: [PreparedImage], _ settings: DetectionSettings) throws(ShapeError) -> [[Detection]] {
    guard !images.isEmpty else { return [] }
    let outputs = try network.outputs(for: Tensor(batch: images))
    var results: [[Detection]] = []
    for (index, image) in images.enumerated() {
      let candidates = try network.candidates(
        in: outputs, image: index, inputSize: ImageSize(width: image.width, height: image.height),
        confidence: settings.confidence)
      let kept = NonMaximumSuppression.filter(candidates, iou: settings.iou, limit: settings.maximumDetections)
      results.append(kept.map { detection(of: $0, in: image, clip: settings.clip) })
    }
    return results
  }

  private func detection(of candidate: DetectionCandidate, in image: PreparedImage, clip: Bool) -> Detection {
    let box = image.placement.original(candidate.box)
    let cls = candidate.classIndex
    return Detection(
      label: labels.indices.contains(cls) ? labels[cls] : "class \(cls)", classIndex: cls, score: candidate.score,
      box: clip ? box.clipped(to: image.placement.originalSize) : box)
  }
}
