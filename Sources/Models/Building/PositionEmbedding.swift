/// A learned embedding of the patches of a square image, `[1, patches + 1, C]`: its length tells the image's size.
public struct PositionEmbedding: Sendable, Hashable {
  /// Its key in checkpoints.
  public let key: String
  /// Side of a patch in pixels.
  public let patch: Int

  /// An embedding.
  public init(key: String, patch: Int) {
    self.key = key
    self.patch = patch
  }

  /// The side of the image that an embedding of this shape is for; nil where it is for no square.
  public func imageSize(_ shape: [Int]) -> Int? {
    guard shape.count == 3, shape[1] > 1, shape[1] <= 1 << 24 else { return nil }
    let side = Int(Double(shape[1] - 1).squareRoot().rounded())
    return side * side == shape[1] - 1 ? side * patch : nil
  }
}
