/// A marked point of an object, such as its left elbow, with COCO's visibility.
public struct SampleKeypoint: Sendable, Hashable {
  /// Pixels from the left edge; the middle of the first pixel is 0, as in COCO and torchvision.
  public var x: Float
  /// Pixels from the upper edge.
  public var y: Float
  /// 0 not marked (its place says nothing), 1 marked but hidden, 2 visible.
  public var visibility: Int

  /// A point.
  public init(x: Float, y: Float, visibility: Int) {
    self.x = x
    self.y = y
    self.visibility = visibility
  }
}
