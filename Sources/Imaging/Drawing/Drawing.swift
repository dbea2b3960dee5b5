/// A white sheet to draw diagrams on: boxes, lines and text, anti-aliased.
package struct Drawing {
  private var canvas: Canvas

  /// A sheet of a size within the limits of pictures.
  package init(width: Int, height: Int) {
    canvas = Canvas(
      Image(
        unchecked: [UInt8](repeating: 255, count: 3 * width * height), width: width, height: height, format: .rgb))
  }

  /// What was drawn.
  package var image: Image { canvas.image }

  /// A box with round corners, filled and outlined.
  package mutating func box(_ box: Box, radius: Float, fill: Color, stroke: Color) {
    canvas.fill(box, radius: radius, fill)
    canvas.stroke(box, width: 1, radius: radius, stroke)
  }

  /// Lines from point to point.
  package mutating func line(_ points: [(x: Float, y: Float)], width: Float, _ color: Color) {
    canvas.polyline(points, width: width, color)
  }

  /// A line of text, its upper left corner at a place; `size` in pixels an em.
  package mutating func text(_ text: String, x: Float, y: Float, size: Float, _ color: Color) {
    guard !text.isEmpty else { return }
    let line = TextLine(text, size: size)
    canvas.paint(line.coverage, columns: line.width, left: Int(x.rounded()), top: Int(y.rounded()), color)
  }
}
