/// How annotations are drawn. Lengths in pixels of the picture.
public struct AnnotationStyle: Sendable, Equatable {
  /// The width of a box's lines.
  public var lineWidth: Float
  /// The size of a label's text, pixels an em; labels too long for the picture are set smaller, then cut.
  public var textSize: Float
  /// How much of its colour a mask has, 0 to 1.
  public var maskOpacity: Float
  /// Whether labels end with the score.
  public var showsScores: Bool

  /// A style.
  public init(lineWidth: Float, textSize: Float, maskOpacity: Float = 0.45, showsScores: Bool = true) {
    self.lineWidth = lineWidth
    self.textSize = textSize
    self.maskOpacity = maskOpacity
    self.showsScores = showsScores
  }

  /// The style for a picture of this size: lines and text grow with it.
  public init(for size: ImageSize) {
    let side = Float(Double(size.width) + Double(size.height)) / 2
    self.init(lineWidth: min(max(side * 0.004, 1.5), 24), textSize: min(max(side * 0.025, 11), 160))
  }
}
