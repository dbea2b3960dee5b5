import Augmentation
import Imaging
import Models
import TensorCore

/// A segmentation network with what belongs to it: the contract of its input and the names of its classes.
public struct Segmenter: Sendable {
  /// The catalog id, as in results.
  public let model: String
  /// The network.
  public let network: any SegmentationNetwork
  /// How a picture becomes its input.
  public let contract: InputContract
  /// The names of its classes, in order.
  public let labels: [String]

  /// A segmenter.
  public init(model: String, network: any SegmentationNetwork, contract: InputContract, labels: [String]) {
    self.model = model
    self.network = network
    self.contract = contract
    self.labels = labels
  }

  /// A picture as the network's input. Throws `ImageError`.
  public func prepare(_ image: Image) throws -> PreparedImage { try contract.prepare(image) }

  /// The class of every pixel of each picture, at its original size. All must have the same prepared size. Throws
  /// `ShapeError`, `ImageError`.
  public func segment(_ images: [PreparedImage]) throws -> [ClassMap] {
    guard let first = images.first else { return [] }
    var input = try Tensor(batch: images)
    let margin = network.margin
    if margin > 0 { input = try input.pad([(margin, margin), (margin, margin)], mode: .reflect) }
    let scores = try network.scores(for: input)
    var maps: [ClassMap] = []
    for (index, image) in images.enumerated() {
      let map = try ScoreMap(scores, image: index, inputHeight: first.height, inputWidth: first.width)
      maps.append(try map.classMap(image.placement))
    }
    return maps
  }

  /// The name of a class.
  public func label(_ index: Int) -> String { labels.indices.contains(index) ? labels[index] : "class \(index)" }

  /// The class that overlays leave as it is: the first, unless it is named and no background.
  var background: Int? { labels.first.map { $0.lowercased().contains("background") } ?? true ? 0 : nil }
}
