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

  /// The objects in each prepared picture, best first. All must have the same size. Throws `ShapeError`, `ImageError`.
  public func detect(_ images: [PreparedImage], _ settings: DetectionSettings) throws -> [[Detection]] {
    guard !images.isEmpty else { return [] }
    let found = try network.detect(Tensor(batch: images), settings)
    var results: [[Detection]] = []
    for (image, candidates) in zip(images, found) {
      var detections: [Detection] = []
      for candidate in candidates.prefix(settings.maximumDetections) where candidate.score >= settings.confidence {
        detections.append(try detection(of: candidate, in: image, clip: settings.clip))
      }
      results.append(detections)
    }
    return results
  }

  private func detection(
    of candidate: DetectionCandidate, in image: PreparedImage, clip: Bool
  ) throws -> Detection {
    let placement = image.placement
    let box = placement.original(candidate.box)
    let cls = candidate.classIndex
    return Detection(
      label: labels.indices.contains(cls) ? labels[cls] : "class \(cls)", classIndex: cls, score: candidate.score,
      box: clip ? box.clipped(to: placement.originalSize) : box,
      mask: try candidate.mask?.mask(in: box, of: placement.originalSize),
      keypoints: candidate.keypoints.map {
        Keypoint(
          x: ($0.x - placement.offsetX) / placement.scaleX, y: ($0.y - placement.offsetY) / placement.scaleY,
          score: $0.score)
      })
  }
}
