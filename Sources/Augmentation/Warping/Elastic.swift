import Imaging

/// Every pixel displaced by its own vector. As torchvision's `elastic`, whose boxes go where the displacement at their
/// corners says, which is only about right. PyTorch's grid of wide pictures is rounded otherwise with every vector
/// width of its processor, so that a place in ten thousand may fall to the other pixel, or round to the next level.
public struct Elastic: GeometricTransform, FixedAugmentation, Hashable {
  /// The size that it is for.
  public let size: ImageSize
  /// (dx, dy) a pixel, in halves of the sides, row by row.
  public let displacement: [Float]
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// A displacement of `width * height` pairs. Throws `AugmentationError.parameter` for another number of them.
  public init(
    displacement: [Float], size: ImageSize, interpolation: WarpInterpolation = .bilinear, fill: Fill? = nil
  ) throws(AugmentationError) {
    try checkSize(size, "elastic")
    guard displacement.count == 2 * size.width * size.height else {
      throw .parameter("elastic", "\(displacement.count) numbers of displacement for \(size) pixels")
    }
    self.size = size
    self.displacement = displacement
    self.interpolation = interpolation
    self.fill = fill
  }

  /// Throws for a picture of another size.
  public func check(_ sample: Sample) throws(AugmentationError) {
    guard sample.size == size else {
      throw .sample("elastic", "it has \(sample.size) pixels, the displacement \(size)")
    }
  }

  /// The displaced image.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    guard image.size == size else { throw .sample("elastic", "\(image.size) pixels, the displacement \(size)") }
    return try Warp(displacement: displacement, size: size).image(image, as: layer, interpolation, fill)
  }

  /// The box around the displaced corners, clipped to the picture.
  public func moved(_ box: Box, in size: ImageSize) -> Box {
    let corners = [(box.x1, box.y1), (box.x2, box.y1), (box.x2, box.y2), (box.x1, box.y2)]
    return Box(around: corners.map { place($0.0.rounded(.up), $0.1.rounded(.up)) }).clipped(to: self.size)
  }

  /// The displaced point.
  public func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    let (x, y) = place(point.x, point.y)
    return SampleKeypoint(x: x, y: y, visibility: point.visibility)
  }

  /// Where the pixel under a place comes to lie, taking the displacement back.
  private func place(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
    let column = Self.index(x, size.width), row = Self.index(y, size.height)
    let pair = 2 * (row * size.width + column)
    return (
      (Self.unit(column, size.width) - displacement[pair] + 1) * (0.5 * Float(size.width)) - 0.5,
      (Self.unit(row, size.height) - displacement[pair + 1] + 1) * (0.5 * Float(size.height)) - 0.5
    )
  }

  private static func index(_ value: Float, _ length: Int) -> Int {
    // What is not finite goes to the first pixel.
    value > 0 ? Int(min(value, Float(length - 1))) : 0
  }

  /// PyTorch's `linspace` over the pixels' middles, which counts from both ends.
  private static func unit(_ index: Int, _ length: Int) -> Float {
    guard length > 1 else { return 0 }
    let low = Float(1 - length) / Float(length), high = Float(length - 1) / Float(length)
    let step = (high - low) / Float(length - 1)
    return index < length / 2 ? low + step * Float(index) : high - step * Float(length - 1 - index)
  }
}
