import Imaging

extension PipelineGraph {
  /// The picture as pixels.
  public func image() throws -> Image {
    let (columns, rows) = (Int(width.rounded(.up)), Int(height.rounded(.up)))
    try ImageLimits.standard.check(width: columns, height: rows)
    var drawing = Drawing(width: columns, height: rows)
    let dark = Color(red: 16, green: 16, blue: 16), gray = Color(red: 96, green: 96, blue: 96)
    drawing.text(title, x: 40, y: 22, size: 20, dark)
    for edge in edges {
      let end = (x: line(edge).last?.x ?? 0, y: nodes[edge.to].box.y1)
      drawing.line(line(edge), width: 1.5, gray)
      drawing.line(
        [(end.x - 5, end.y - 8), (end.x, end.y - 1), (end.x + 5, end.y - 8)], width: 2, gray)
    }
    for (index, node) in nodes.enumerated() {
      let box = node.box
      drawing.box(box, radius: 7, fill: Self.fill(node), stroke: Color(red: 64, green: 64, blue: 64))
      drawing.text(node.title, x: box.x1 + 14, y: box.y1 + 10, size: Self.textSize, dark)
      for (row, line) in node.lines.enumerated() {
        drawing.text(
          line, x: box.x1 + 14, y: box.y1 + 10 + Float(row + 1) * Self.lineHeight, size: Self.textSize,
          Color(red: 64, green: 64, blue: 64))
      }
      if let edge = edges.first(where: { $0.from == index }) {
        drawing.text(edge.label, x: box.centerX + 8, y: box.y2 + 7, size: 12, Color(red: 112, green: 112, blue: 112))
      }
    }
    return drawing.image
  }
}
