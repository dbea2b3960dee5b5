import Imaging

extension PipelineGraph {
  /// Pixels of a length of the drawing: enough for screens of today.
  private static let scale: Float = 2

  /// The picture as pixels.
  public func image() throws -> Image {
    let scale = Self.scale
    let (columns, rows) = (Int((width * scale).rounded(.up)), Int((height * scale).rounded(.up)))
    try ImageLimits.standard.check(width: columns, height: rows)
    var drawing = Drawing(width: columns, height: rows)
    func text(_ text: String, _ x: Float, _ y: Float, _ size: Float, _ color: Color) {
      drawing.text(text, x: x * scale, y: y * scale, size: size * scale, color)
    }
    func line(_ points: [(x: Float, y: Float)], _ width: Float, _ color: Color) {
      drawing.line(points.map { ($0.x * scale, $0.y * scale) }, width: width * scale, color)
    }
    let dark = Color(red: 16, green: 16, blue: 16), gray = Color(red: 96, green: 96, blue: 96)
    let light = Color(red: 112, green: 112, blue: 112)
    text(title, 40, 22, 20, dark)
    text(subtitle, 40, 50, 13, light)
    for edge in edges {
      let end = (x: self.line(edge).last?.x ?? 0, y: nodes[edge.to].box.y1)
      line(self.line(edge), 1.5, gray)
      // The arrow's head, row by row.
      for step in 0..<Int(8 * scale) {
        let back = Float(step) / scale
        line([(end.x - back * 5 / 8, end.y - back - 0.5), (end.x + back * 5 / 8, end.y - back - 0.5)], 1 / scale, gray)
      }
    }
    for (index, node) in nodes.enumerated() {
      let box = node.box
      drawing.box(
        Box(x: box.x1 * scale, y: box.y1 * scale, width: box.width * scale, height: box.height * scale),
        radius: 7 * scale, fill: Self.fill(node), stroke: Color(red: 64, green: 64, blue: 64))
      text(node.title, box.x1 + 14, box.y1 + 10, Self.textSize, dark)
      for (row, line) in node.lines.enumerated() {
        text(
          line, box.x1 + 14, box.y1 + 10 + Float(row + 1) * Self.lineHeight, Self.textSize,
          Color(red: 80, green: 80, blue: 80))
      }
      if let edge = edges.first(where: { $0.from == index }) {
        text(edge.label, box.centerX + 8, box.y2 + 7, 12, light)
      }
    }
    return drawing.image
  }
}
