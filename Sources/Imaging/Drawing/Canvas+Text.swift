extension Canvas {
  /// Which part of a text stands at a place.
  package enum Anchor: Sendable {
    /// Its beginning, its middle or its end.
    case start, middle, end

    func offset(_ length: Int) -> Int {
      switch self {
      case .start: 0
      case .middle: length / 2
      case .end: length
      }
    }
  }

  /// Pixels that a text of this size (pixels an em) takes.
  package static func textWidth(_ text: String, size: Float) -> Int { TextLine.width(of: text, size: size) }

  /// Writes a line of text, the middle of its capitals' height at `y`.
  package mutating func text(
    _ text: String, x: Float, y: Float, size: Float, _ color: Color, anchor: Anchor = .start
  ) {
    guard !text.isEmpty, x.isFinite, y.isFinite else { return }
    let line = TextLine(text, size: size)
    paint(
      line.coverage, columns: line.width, left: Int(x.rounded()) - anchor.offset(line.width),
      top: Int((y + size * 0.36).rounded()) - line.baseline, color)
  }

  /// Writes a line of text from bottom to top, the middle of its capitals' height at `x`; its end is the upper one.
  package mutating func verticalText(
    _ text: String, x: Float, y: Float, size: Float, _ color: Color, anchor: Anchor = .start
  ) {
    guard !text.isEmpty, x.isFinite, y.isFinite else { return }
    let line = TextLine(text, size: size)
    var turned = [Float](repeating: 0, count: line.coverage.count)
    for row in 0..<line.height {
      for column in 0..<line.width {
        turned[(line.width - 1 - column) * line.height + row] = line.coverage[row * line.width + column]
      }
    }
    paint(
      turned, columns: line.height, left: Int((x + size * 0.36).rounded()) - line.baseline,
      top: Int(y.rounded()) - line.width + anchor.offset(line.width), color)
  }
}
