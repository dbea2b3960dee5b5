/// A class and how much of a mixed picture it is.
public struct LabelShare: Sendable, Hashable {
  /// The class.
  public var label: Int
  /// Its share, 0 to 1.
  public var share: Float

  /// A class's share.
  public init(label: Int, share: Float) {
    self.label = label
    self.share = share
  }
}
