/// A box by its corners, in pixels: `x1` and `y1` its left and upper edge, `x2` and `y2` its right and lower one. In JSON
/// `[x1, y1, x2, y2]`.
///
/// Pixel (0, 0) covers 0 to 1 in both directions, so a whole picture is `0, 0, width, height`.
public struct Box: Sendable, Hashable, Codable {
  /// The left edge.
  public var x1: Float
  /// The upper edge.
  public var y1: Float
  /// The right edge.
  public var x2: Float
  /// The lower edge.
  public var y2: Float

  /// A box by its corners.
  public init(x1: Float, y1: Float, x2: Float, y2: Float) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
  }

  /// A box by its middle and size.
  public init(centerX: Float, centerY: Float, width: Float, height: Float) {
    self.init(x1: centerX - width / 2, y1: centerY - height / 2, x2: centerX + width / 2, y2: centerY + height / 2)
  }

  /// A box by its upper left corner and size, as COCO's.
  public init(x: Float, y: Float, width: Float, height: Float) {
    self.init(x1: x, y1: y, x2: x + width, y2: y + height)
  }

  /// Reads `[x1, y1, x2, y2]`.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    try self.init(
      x1: list.decode(Float.self), y1: list.decode(Float.self), x2: list.decode(Float.self), y2: list.decode(Float.self)
    )
    guard list.isAtEnd else {
      throw DecodingError.dataCorruptedError(in: list, debugDescription: "a box is [x1, y1, x2, y2]")
    }
  }

  /// Writes `[x1, y1, x2, y2]`.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for value in [x1, y1, x2, y2] { try list.encode(value) }
  }

  /// From the left to the right edge; negative where they are swapped.
  public var width: Float { x2 - x1 }
  /// From the upper to the lower edge; negative where they are swapped.
  public var height: Float { y2 - y1 }
  /// The area in square pixels, 0 where a side is negative.
  public var area: Float { max(width, 0) * max(height, 0) }
  /// The middle between left and right.
  public var centerX: Float { (x1 + x2) / 2 }
  /// The middle between top and bottom.
  public var centerY: Float { (y1 + y2) / 2 }
  /// Whether no edge is infinite or NaN.
  public var isFinite: Bool { x1.isFinite && y1.isFinite && x2.isFinite && y2.isFinite }

  /// What lies in both boxes, nil where that has no area.
  public func intersection(_ other: Box) -> Box? {
    let common = Box(x1: max(x1, other.x1), y1: max(y1, other.y1), x2: min(x2, other.x2), y2: min(y2, other.y2))
    return common.width > 0 && common.height > 0 ? common : nil
  }

  /// The smallest box around both.
  public func union(_ other: Box) -> Box {
    Box(x1: min(x1, other.x1), y1: min(y1, other.y1), x2: max(x2, other.x2), y2: max(y2, other.y2))
  }

  /// The common area over the joint area, 0 to 1; 0 for two boxes without area.
  public func iou(_ other: Box) -> Float {
    guard let common = intersection(other)?.area else { return 0 }
    let joint = area + other.area - common
    return joint > 0 ? common / joint : 0
  }

  /// The box with its edges moved into a picture of this size.
  public func clipped(width: Float, height: Float) -> Box {
    Box(
      x1: min(max(x1, 0), width), y1: min(max(y1, 0), height), x2: min(max(x2, 0), width), y2: min(max(y2, 0), height))
  }

  /// The box with its edges moved into a picture of this size.
  public func clipped(to size: ImageSize) -> Box { clipped(width: Float(size.width), height: Float(size.height)) }

  /// The box in a picture that is stretched by these factors.
  public func scaled(x: Float, y: Float) -> Box { Box(x1: x1 * x, y1: y1 * y, x2: x2 * x, y2: y2 * y) }

  /// The box moved to the right and down.
  public func translated(x: Float, y: Float) -> Box { Box(x1: x1 + x, y1: y1 + y, x2: x2 + x, y2: y2 + y) }

  /// The box mirrored left to right in a picture of this width.
  public func mirrored(width: Float) -> Box { Box(x1: width - x2, y1: y1, x2: width - x1, y2: y2) }
}
