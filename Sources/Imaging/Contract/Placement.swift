/// Where a picture lies in a network's input: network = original * scale + offset, in pixels.
public struct Placement: Sendable, Hashable, Codable {
  /// The original's pixels a row.
  public var originalWidth: Int
  /// The original's rows.
  public var originalHeight: Int
  /// Network pixels an original pixel, to the right.
  public var scaleX: Float
  /// Network pixels an original pixel, down.
  public var scaleY: Float
  /// Where the original's left edge lies in the input; negative where it is cropped.
  public var offsetX: Float
  /// Where the original's upper edge lies in the input; negative where it is cropped.
  public var offsetY: Float

  /// A placement of an original of this size. Scales must not be zero.
  public init(original: ImageSize, scaleX: Float, scaleY: Float, offsetX: Float = 0, offsetY: Float = 0) {
    originalWidth = original.width
    originalHeight = original.height
    self.scaleX = scaleX
    self.scaleY = scaleY
    self.offsetX = offsetX
    self.offsetY = offsetY
  }

  /// The original's size.
  public var originalSize: ImageSize { ImageSize(width: originalWidth, height: originalHeight) }

  /// A box of the network's input in pixels of the original, not clipped.
  public func original(_ box: Box) -> Box {
    Box(
      x1: (box.x1 - offsetX) / scaleX, y1: (box.y1 - offsetY) / scaleY, x2: (box.x2 - offsetX) / scaleX,
      y2: (box.y2 - offsetY) / scaleY)
  }

  /// A box of the original in pixels of the network's input, not clipped.
  public func network(_ box: Box) -> Box {
    box.scaled(x: scaleX, y: scaleY).translated(x: offsetX, y: offsetY)
  }
}
