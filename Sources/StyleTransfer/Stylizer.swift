import Augmentation
import Imaging
import Models
import NeuralNetwork
import TensorCore

/// A network that paints a picture in a style, in one pass.
public protocol StyleNetwork: Network {
  /// The painted pictures `[N, 3, h, w]`, h and w not below the input's, levels 0 to 255 and somewhat beyond.
  func painted(_ input: Tensor) throws(ShapeError) -> Tensor
}

extension TransformerNet: StyleNetwork {
  /// The network's output.
  public func painted(_ input: Tensor) throws(ShapeError) -> Tensor { try self(input) }
}

/// A style network with the contract of its input.
public struct Stylizer: Sendable {
  /// The catalog id, as in results.
  public let model: String
  /// The network.
  public let network: any StyleNetwork
  /// How a picture becomes its input.
  public let contract: InputContract

  /// A stylizer.
  public init(model: String, network: any StyleNetwork, contract: InputContract) {
    self.model = model
    self.network = network
    self.contract = contract
  }

  /// A picture as the network's input. Throws `ImageError`.
  public func prepare(_ image: Image) throws -> PreparedImage { try contract.prepare(image) }

  /// The painted pictures, each of the size of its input. All must have the same prepared size. Throws `ShapeError`,
  /// `ImageError`.
  public func stylize(_ images: [PreparedImage]) throws -> [Image] {
    guard let first = images.first else { return [] }
    let painted = try network.painted(Tensor(batch: images))
    guard painted.rank == 4, painted.shape[1] == 3, painted.shape[2] >= first.height, painted.shape[3] >= first.width
    else {
      throw ShapeError(.shape, "style-transfer", "the network painted \(painted.shape)")
    }
    // Strides round sizes up, on the right and below.
    return try images.indices.map { index in
      try Image(painted, index: index, width: first.width, height: first.height, Self.level)
    }
  }

  /// A value as a byte: clamped, then cut to a whole number as the reference implementation cuts it.
  private static func level(_ value: Float) -> UInt8 { value > 0 ? UInt8(min(value, 255)) : 0 }
}
