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
    let kept = try painted.narrow(axis: 2, start: 0, length: first.height)
      .narrow(axis: 3, start: 0, length: first.width)
    let plane = first.height * first.width
    return try kept.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Float.self)
      return try images.indices.map { index in
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * plane) { pixels, count in
          for channel in 0..<3 {
            let source = (3 * index + channel) * plane
            for place in 0..<plane { pixels[3 * place + channel] = Self.level(values[source + place]) }
          }
          count = 3 * plane
        }
        return try Image(width: first.width, height: first.height, format: .rgb, pixels: pixels)
      }
    }
  }

  /// A value as a byte: clamped, then cut to a whole number as the reference implementation cuts it.
  private static func level(_ value: Float) -> UInt8 { value > 0 ? UInt8(min(value, 255)) : 0 }
}
