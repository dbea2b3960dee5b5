/// Something found in a picture, to be drawn onto it.
public struct Annotation: Sendable, Equatable {
  /// Where it is, in pixels of the picture.
  public var box: Box
  /// What it is; no label is drawn for an empty one without a score.
  public var label: String
  /// How sure it is, 0 to 1; nil where that is not said.
  public var score: Float?
  /// The number that gives it its colour; nil for a colour by the label.
  public var classIndex: Int?
  /// Its pixels, in a mask of the picture's size.
  public var mask: Mask?
  /// Its points and the lines between them, such as a person's joints.
  public var figure: Figure?

  /// An annotation.
  public init(
    box: Box, label: String = "", score: Float? = nil, classIndex: Int? = nil, mask: Mask? = nil, figure: Figure? = nil
  ) {
    self.box = box
    self.label = label
    self.score = score
    self.classIndex = classIndex
    self.mask = mask
    self.figure = figure
  }

  /// The class's colour.
  public var color: Color { classIndex.map { Color.ofClass($0) } ?? Color.ofClass(named: label) }

  /// The label's text, such as `dog 0.87`.
  func text(showsScore: Bool) -> String {
    guard showsScore, let score, score.isFinite else { return label }
    let hundredths = Int((min(max(score, 0), 1) * 100).rounded())
    let number = "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    return label.isEmpty ? number : "\(label) \(number)"
  }
}
