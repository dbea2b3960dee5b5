import Imaging

/// A rectangle of the picture. What of it lies outside is zero; boxes are clipped to it. As torchvision's `crop`.
public struct Crop: GeometricTransform, FixedAugmentation, Hashable {
  /// The first row.
  public let top: Int
  /// The first column.
  public let left: Int
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int

  /// A rectangle. Throws `AugmentationError.parameter` for sides below 1 or places beyond 2^24.
  public init(top: Int, left: Int, height: Int, width: Int) throws(AugmentationError) {
    try checkNumber(height, 1...1_000_000, "height", "crop")
    try checkNumber(width, 1...1_000_000, "width", "crop")
    try checkNumber(top, -1 << 24...1 << 24, "top", "crop")
    try checkNumber(left, -1 << 24...1 << 24, "left", "crop")
    self.top = top
    self.left = left
    self.height = height
    self.width = width
  }

  /// The rectangle's pixels.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    let from = (max(left, 0), max(top, 0)), to = (min(left + width, image.width), min(top + height, image.height))
    let channels = image.channels, rowBytes = width * channels
    return try Image.made(width, height, image.format) { target in
      let isInside = left >= 0 && top >= 0 && left + width <= image.width && top + height <= image.height
      if !isInside { target.update(repeating: 0, count: height * rowBytes) }
      guard from.0 < to.0, from.1 < to.1 else { return }
      image.pixels.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress else { return }
        for y in from.1..<to.1 {
          (target + (y - top) * rowBytes + (from.0 - left) * channels)
            .update(from: source + y * image.stride + from.0 * channels, count: (to.0 - from.0) * channels)
        }
      }
    }
  }

  /// The box seen from the rectangle, clipped to it.
  public func moved(_ box: Box, in size: ImageSize) -> Box {
    box.translated(x: Float(-left), y: Float(-top)).clipped(width: Float(width), height: Float(height))
  }

  /// The point seen from the rectangle.
  public func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    SampleKeypoint(x: point.x - Float(left), y: point.y - Float(top), visibility: point.visibility)
  }
}
