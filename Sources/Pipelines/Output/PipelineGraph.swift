import Configuration
import Imaging
import Support

/// Draws a pipeline: a box a stage, the streams between them.
public struct PipelineGraph: Sendable {
  struct Node {
    let title: String
    let lines: [String]
    let effect: StageDeclaration.Effect
    let isSink: Bool
    let isNetwork: Bool
    var box: Box
  }
  struct Edge {
    let from: Int
    let to: Int
    let label: String
  }
  let nodes: [Node]
  let edges: [Edge]
  let title: String
  let subtitle: String
  let width: Float
  let height: Float
  static let textSize: Float = 15
  static let lineHeight: Float = 20

  /// The graph of a plan: stages in layers by what they read, from top to bottom.
  public init(_ plan: PipelinePlan) {
    title = plan.name
    subtitle = plan.help.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    var layers: [Int] = []
    for node in plan.nodes { layers.append((node.parents.map { layers[$0] }.max() ?? -1) + 1) }
    var nodes: [Node] = []
    for node in plan.nodes {
      // What says nothing is left out.
      let said = (node.written.entries ?? []).filter { !$0.value.isNull && $0.value.elements?.isEmpty != true }
      let settings = said.prefix(5).map { "\($0.key): \(Self.short(YAMLWriter.inline($0.value), 34 - $0.key.count))" }
      let name = node.name == node.kind ? node.kind : "\(node.name) (\(node.kind))"
      let isSink = !plan.nodes.contains { other in other.parents.contains { plan.nodes[$0].name == node.name } }
      let longest = Float(([name] + settings).map(\.count).max() ?? 0)
      let size = (
        width: max(longest * Self.textSize * 0.6 + 28, 130), height: Float(settings.count + 1) * Self.lineHeight + 20
      )
      nodes.append(
        Node(
          title: name, lines: settings, effect: node.declaration.effect, isSink: isSink,
          isNetwork: node.type is any BatchStage.Type,
          box: Box(x: 0, y: 0, width: size.width, height: size.height)))
    }
    // Rows of layers; in each the stages side by side, near those they read.
    let depth = (layers.max() ?? 0) + 1
    let gap: Float = 60, between: Float = 64
    var rowWidths = [Float](repeating: 0, count: depth), rowHeights = rowWidths
    for (index, layer) in layers.enumerated() {
      rowWidths[layer] += nodes[index].box.width + (rowWidths[layer] > 0 ? gap : 0)
      rowHeights[layer] = max(rowHeights[layer], nodes[index].box.height)
    }
    let titles = max(Float(title.count) * 12, Float(subtitle.count) * 7) - 40
    let whole = max(rowWidths.max() ?? 0, 240, titles) + 120
    var y: Float = subtitle.isEmpty ? 70 : 92
    var middles: [Float] = Array(repeating: whole / 2, count: nodes.count)
    for layer in 0..<depth {
      let members = nodes.indices.filter { layers[$0] == layer }
      let wanted = members.map { index -> Float in
        let parents = plan.nodes[index].parents
        return parents.isEmpty ? whole / 2 : parents.map { middles[$0] }.reduce(0, +) / Float(parents.count)
      }
      let order = members.indices.sorted { wanted[$0] != wanted[$1] ? wanted[$0] < wanted[$1] : $0 < $1 }
      let mean = wanted.reduce(0, +) / Float(max(wanted.count, 1))
      var x = min(max(mean - rowWidths[layer] / 2, 40), whole - 40 - rowWidths[layer])
      for place in order {
        let index = members[place], box = nodes[index].box
        nodes[index].box = Box(x: x, y: y, width: box.width, height: box.height)
        middles[index] = x + box.width / 2
        x += box.width + gap
      }
      y += rowHeights[layer] + between
    }
    width = whole
    height = y - between + 40
    self.nodes = nodes
    edges = plan.nodes.enumerated().flatMap { index, node in
      node.parents.map { parent in
        Edge(
          from: parent, to: index,
          label: plan.nodes[parent].output.components.sorted().map(\.rawValue).joined(separator: ", "))
      }
    }
  }

  /// Writes it: SVG or, for a name that ends so, PNG.
  public func write(to path: String) throws {
    let parent = Path.parent(of: path)
    if !parent.isEmpty { try Folder.create(parent) }
    if path.lowercased().hasSuffix(".png") {
      try AtomicFile.write(image().pngData(), to: path)
    } else {
      try AtomicFile.write(Array(svg.utf8), to: path)
    }
  }

  /// A text in at most so many characters: of a path its end says more than its beginning.
  private static func short(_ text: String, _ most: Int) -> String {
    let most = max(most, 12)
    guard text.count > most else { return text }
    return text.contains("/") ? "…" + text.suffix(most - 1) : text.prefix(most - 1) + "…"
  }

  /// What a box is filled with.
  static func fill(_ node: Node) -> Color {
    if node.effect == .begins { return Color(red: 222, green: 240, blue: 224) }
    if node.isNetwork { return Color(red: 236, green: 226, blue: 248) }
    return node.isSink ? Color(red: 252, green: 234, blue: 214) : Color(red: 224, green: 234, blue: 250)
  }

  /// The points that a stream's line goes through: from the lower edge of one box to the upper edge of the other,
  /// around boxes that stand between them.
  func line(_ edge: Edge) -> [(x: Float, y: Float)] {
    let from = nodes[edge.from].box, to = nodes[edge.to].box
    let start = (x: from.centerX, y: from.y2), end = (x: to.centerX, y: to.y1 - 7)
    let turn = end.y - 24
    let between = nodes.indices.filter { index in
      let box = nodes[index].box
      return index != edge.from && index != edge.to && box.y1 > from.y2 && box.y2 < to.y1
        && box.x1 < max(start.x, end.x) + 10 && box.x2 > min(start.x, end.x) - 10
    }
    if !between.isEmpty {
      let side = between.map { nodes[$0].box.x2 }.reduce(max(start.x, end.x)) { max($0, $1) } + 22
      // Beside its label, and into the box from above, a little aside of the line that comes straight down.
      let leave = start.y + 36, aim = min(end.x + 24, to.x2 - 12)
      return [start, (start.x, leave), (side, leave), (side, turn), (aim, turn), (aim, end.y)]
    }
    if abs(start.x - end.x) < 1 { return [start, end] }
    return [start, (start.x, turn), (end.x, turn), end]
  }

  /// The picture as SVG.
  public var svg: String {
    func escaped(_ text: String) -> String {
      text.map { $0 == "&" ? "&amp;" : $0 == "<" ? "&lt;" : $0 == ">" ? "&gt;" : String($0) }.joined()
    }
    func hex(_ color: Color) -> String {
      "#" + [color.red, color.green, color.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
    func text(_ x: Float, _ y: Float, _ content: String, _ style: String) -> String {
      "  <text x=\"\(x)\" y=\"\(y)\" \(style)>\(escaped(content))</text>"
    }
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Int(width))\" height=\"\(Int(height))\" "
        + "viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-family=\"DejaVu Sans, Verdana, sans-serif\" "
        + "font-size=\"\(Int(Self.textSize))\">",
      "  <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      text(40, 40, title, "font-size=\"20\" font-weight=\"bold\" fill=\"#202020\""),
      text(40, 62, subtitle, "font-size=\"13\" fill=\"#707070\""),
    ]
    for edge in edges {
      let points = line(edge).map { "\($0.x),\($0.y)" }.joined(separator: " ")
      let end = (x: line(edge).last?.x ?? 0, y: nodes[edge.to].box.y1)
      lines.append("  <polyline points=\"\(points)\" fill=\"none\" stroke=\"#606060\" stroke-width=\"1.5\"/>")
      lines.append(
        "  <polygon points=\"\(end.x - 5),\(end.y - 8) \(end.x + 5),\(end.y - 8) \(end.x),\(end.y)\" fill=\"#606060\"/>"
      )
    }
    for (index, node) in nodes.enumerated() {
      let box = node.box
      lines.append(
        "  <rect x=\"\(box.x1)\" y=\"\(box.y1)\" width=\"\(box.width)\" height=\"\(box.height)\" rx=\"7\" "
          + "fill=\"\(hex(Self.fill(node)))\" stroke=\"#404040\"/>")
      lines.append(text(box.x1 + 14, box.y1 + 26, node.title, "font-weight=\"bold\" fill=\"#101010\""))
      for (row, line) in node.lines.enumerated() {
        lines.append(text(box.x1 + 14, box.y1 + 26 + Float(row + 1) * Self.lineHeight, line, "fill=\"#404040\""))
      }
      if let edge = edges.first(where: { $0.from == index }) {
        lines.append(
          text(box.centerX + 8, box.y2 + 20, edge.label, "font-size=\"12\" font-style=\"italic\" fill=\"#707070\""))
      }
    }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }
}
