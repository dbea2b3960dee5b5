import Augmentation
import Imaging
import Models
import TensorCore

/// A classification network with what belongs to it: the contract of its input and the names of its classes.
public struct Classifier: Sendable {
  /// The catalog id, as in results.
  public let model: String
  /// The network.
  public let network: any FeatureNetwork
  /// How a picture becomes its input.
  public let contract: InputContract
  /// The names of its classes, in order.
  public let labels: [String]

  /// A classifier.
  public init(model: String, network: any FeatureNetwork, contract: InputContract, labels: [String]) {
    self.model = model
    self.network = network
    self.contract = contract
    self.labels = labels
  }

  /// A picture as the network's input. Throws `ImageError`.
  public func prepare(_ image: Image) throws -> PreparedImage { try contract.prepare(image) }

  /// The classes of each picture with their probabilities (softmax), the `top` most probable, best first; equal ones by
  /// index. All pictures must have the same prepared size. Throws `ShapeError`.
  public func classify(_ images: [PreparedImage], top: Int = 5) throws(ShapeError) -> [[Prediction]] {
    guard !images.isEmpty else { return [] }
    let scores = try scores(images)
    let probabilities = try scores.softmax(axis: 1).floats(), classes = scores.shape[1]
    return images.indices.map { image in
      let row = probabilities[image * classes..<(image + 1) * classes]
      let order = row.indices.sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }
      return order.prefix(max(top, 0)).map {
        let cls = $0 - row.startIndex
        return Prediction(
          label: labels.indices.contains(cls) ? labels[cls] : "class \(cls)", classIndex: cls, score: row[$0])
      }
    }
  }

  /// The network's scores of pictures of one prepared size, before softmax, `[N, classes]`. Throws `ShapeError`.
  public func scores(_ images: [PreparedImage]) throws(ShapeError) -> Tensor {
    guard let scores = try network.outputs(for: Tensor(batch: images)).first?.tensor, scores.rank == 2 else {
      throw ShapeError(.shape, model, "the network gives no scores [N, classes]")
    }
    return scores
  }

  /// The features of each picture: what the last linear layer reads. Throws `ShapeError`.
  public func embed(_ images: [PreparedImage]) throws(ShapeError) -> [[Float]] {
    guard !images.isEmpty else { return [] }
    let features = try network.features(of: Tensor(batch: images))
    guard features.rank == 2 else { throw ShapeError(.shape, model, "features of shape \(features.shape)") }
    let values = try features.floats(), length = features.shape[1]
    return images.indices.map { Array(values[$0 * length..<($0 + 1) * length]) }
  }
}

/// A class and how probable it is.
public struct Prediction: Sendable, Equatable {
  /// The class's name.
  public let label: String
  /// Zero-based index in the model's label list.
  public let classIndex: Int
  /// Probability, 0 to 1.
  public let score: Float

  /// A class and how probable it is.
  public init(label: String, classIndex: Int, score: Float) {
    self.label = label
    self.classIndex = classIndex
    self.score = score
  }
}
