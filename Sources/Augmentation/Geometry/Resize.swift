import CKernels
import Imaging

/// The picture in another size. Masks and class maps take the nearest pixel, as torchvision's `nearest`.
///
/// Pictures are resized as everywhere in this toolkit: the bytes are Pillow's, which differ from torchvision's on
/// tensors by a level at most.
public struct Resize: GeometricTransform, FixedAugmentation, Hashable {
  /// How the new size follows from the old one.
  public enum Target: Sendable, Hashable {
    /// This size, whatever the proportions.
    case exact(ImageSize)
    /// The shorter side, in proportion; `longest` then bounds the longer one.
    case shortestSide(Int, longest: Int?)
    /// The longer side, in proportion.
    case longestSide(Int)
  }

  /// How the new size follows from the old one.
  public let target: Target
  /// How the pixels are made.
  public let interpolation: Interpolation

  /// A resize. Throws `AugmentationError.parameter` for sides that are not 1 to a million, or a bound that is not above
  /// the shorter side.
  public init(_ target: Target, interpolation: Interpolation = .bilinear) throws(AugmentationError) {
    switch target {
    case .exact(let size): try checkSize(size, "resize")
    case .longestSide(let side): try checkNumber(side, 1...1_000_000, "max_size", "resize")
    case .shortestSide(let side, let longest):
      try checkNumber(side, 1...1_000_000, "size", "resize")
      if let longest { try checkNumber(longest, side + 1...1_000_001, "max_size", "resize") }
    }
    self.target = target
    self.interpolation = interpolation
  }

  /// What a picture of this size becomes.
  public func size(of picture: ImageSize) -> ImageSize {
    switch target {
    case .exact(let size): size
    case .shortestSide(let side, let longest): picture.scaled(shortestSide: side, longestSide: longest)
    case .longestSide(let side): picture.scaled(longestSide: side)
    }
  }

  /// The resized image.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    let size = size(of: image.size)
    guard size != image.size else { return image }
    guard layer == .picture, let filter = interpolation.filter else { return try Self.nearest(image, size) }
    return try imaging { () throws(ImageError) in
      try image.resized(width: size.width, height: size.height, filter: filter)
    }
  }

  /// The box in proportion.
  public func moved(_ box: Box, in size: ImageSize) -> Box {
    let ratio = ratio(size)
    return box.scaled(x: ratio.x, y: ratio.y)
  }

  /// The point in proportion.
  public func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    let ratio = ratio(size)
    return SampleKeypoint(x: point.x * ratio.x, y: point.y * ratio.y, visibility: point.visibility)
  }

  private func ratio(_ old: ImageSize) -> (x: Float, y: Float) {
    let new = size(of: old)
    return (Float(Double(new.width) / Double(old.width)), Float(Double(new.height) / Double(old.height)))
  }

  /// PyTorch's `nearest`: the pixel under the new one's corner.
  private static func nearest(_ image: Image, _ size: ImageSize) throws(AugmentationError) -> Image {
    let channels = image.channels, rowBytes = size.width * channels
    let columns = places(image.width, size.width).map { Int32($0 * channels) }
    let rows = places(image.height, size.height)
    return try Image.made(size.width, size.height, image.format) { target in
      image.pixels.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress else { return }
        for (y, row) in rows.enumerated() {
          vk_nearest_row(source + row * image.stride, channels, columns, target + y * rowBytes, size.width)
        }
      }
    }
  }

  private static func places(_ old: Int, _ new: Int) -> [Int] {
    let step = Float(old) / Float(new)
    return (0..<new).map { min(Int(Float($0) * step), old - 1) }
  }
}
