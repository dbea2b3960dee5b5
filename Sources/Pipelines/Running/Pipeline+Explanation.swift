import Configuration
import Support

extension PipelinePlan {
  /// The resolved pipeline for people: every stage with what it reads, its settings and the stream it gives.
  public var explanation: String {
    var lines = ["\(name)" + (help.isEmpty ? "" : ": \(help)")]
    for (index, node) in nodes.enumerated() {
      let from = node.parents.map { nodes[$0].name }.joined(separator: ", ")
      let title = node.name == node.kind ? node.kind : "\(node.name) (\(node.kind))"
      lines.append("\(index + 1). \(title)" + (from.isEmpty ? "" : " <- \(from)"))
      let declared = node.declaration
      var seen: Set<String> = []
      for setting in declared.settings {
        seen.insert(setting.name)
        let written = node.settings.written(setting.name)
        guard let value = written ?? setting.standard else { continue }
        let origin = written == nil ? "  # standard" : ""
        lines.append("     \(setting.name): \(YAMLWriter.inline(value))\(origin)")
      }
      for entry in node.written.entries ?? [] where !seen.contains(entry.key) {
        lines.append("     \(entry.key): \(YAMLWriter.inline(entry.value))")
      }
      let gives = node.output.description
      lines.append("   = " + (gives.isEmpty ? "results" : gives))
    }
    return lines.joined(separator: "\n")
  }
}

extension RunSummary {
  /// The time of each stage, all threads together, as a table.
  public func profile(wall: Double) -> String {
    let width = max(seconds.map(\.stage.count).max() ?? 5, 5)
    func cell(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(width - text.count, 0)) + text
    }
    func fixed(_ value: Double, _ digits: Int) -> String {
      var scale = 1.0
      for _ in 0..<digits { scale *= 10 }
      let whole = Int((min(max(value, 0), 1e12) * scale).rounded())
      guard digits > 0 else { return "\(whole)" }
      let fraction = "\(whole % Int(scale))"
      return "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
    let total = seconds.reduce(0) { $0 + $1.seconds }
    var lines = ["stage" + String(repeating: " ", count: width - 5) + "   samples    seconds  ms/sample  share"]
    for row in seconds {
      lines.append(
        row.stage + String(repeating: " ", count: width - row.stage.count) + cell("\(row.samples)", 10)
          + cell(fixed(row.seconds, 3), 11) + cell(fixed(row.seconds * 1000 / Double(max(row.samples, 1)), 3), 11)
          + cell(fixed(total > 0 ? 100 * row.seconds / total : 0, 1) + "%", 7))
    }
    let images = done + failed
    lines.append(
      "\(images) inputs in \(fixed(wall, 3)) s, \(fixed(Double(images) / max(wall, 1e-9), 2)) a second")
    return lines.joined(separator: "\n")
  }
}
