import Checkpoints
import Configuration
import Support

extension PipelinePlan {
  /// The pipeline as a file that says everything: references and overrides resolved, `from` wherever the stage before
  /// is not meant. Running that file does the same.
  public var resolved: YAMLNode { document(facts: []) }

  /// `resolved` as text, with a comment at its head.
  public var text: String {
    (help.isEmpty ? "" : "# " + help.split(whereSeparator: \.isNewline).joined(separator: "\n# ") + "\n")
      + YAMLWriter.text(resolved)
  }

  /// Tells pipelines apart.
  var identity: String {
    var digest = FileDigest()
    Array(YAMLWriter.text(resolved).utf8).withUnsafeBytes { digest.update($0) }
    return digest.hexadecimal()
  }

  /// The document, with more settings of stages (by stage) and other parts at its end.
  func document(facts: [YAMLNode.Entry], settings more: [String: [(String, YAMLNode)]] = [:]) -> YAMLNode {
    let place = SourcePosition("resolved")
    var list: [YAMLNode] = []
    for (index, node) in nodes.enumerated() {
      var entries: [YAMLNode.Entry] = []
      if node.name != node.kind { entries.append(YAMLNode.Entry("name", .text(node.name, at: place))) }
      if !node.parents.isEmpty, node.parents != [index - 1] {
        let names = node.parents.map { YAMLNode.text(nodes[$0].name, at: place) }
        entries.append(YAMLNode.Entry("from", names.count == 1 ? names[0] : YAMLNode(.sequence(names), at: place)))
      }
      var settings = node.written.entries ?? []
      for (key, value) in more[node.name] ?? [] where !settings.contains(where: { $0.key == key }) {
        settings.append(YAMLNode.Entry(key, value))
      }
      entries.append(YAMLNode.Entry(node.kind, Self.escaped(YAMLNode(.mapping(settings), at: place))))
      list.append(YAMLNode(.mapping(entries), at: place))
    }
    var parts = [YAMLNode.Entry("name", .text(name, at: place))]
    if !help.isEmpty { parts.append(YAMLNode.Entry("help", .text(help, at: place))) }
    // The run's results are those of the last stage written.
    if last != nodes.count - 1, list.indices.contains(last) { list.append(list.remove(at: last)) }
    parts.append(YAMLNode.Entry("stages", YAMLNode(.sequence(list), at: place)))
    return YAMLNode(.mapping(parts + facts), at: place)
  }

  /// What was resolved must not be taken for a reference again.
  private static func escaped(_ node: YAMLNode) -> YAMLNode {
    switch node.content {
    case .scalar(let text, let isPlain):
      guard text.contains("${") else { return node }
      return YAMLNode(
        .scalar(
          text.split(separator: "${", omittingEmptySubsequences: false).joined(separator: "$${"), isPlain: isPlain),
        at: node.position)
    case .sequence(let elements): return YAMLNode(.sequence(elements.map(escaped)), at: node.position)
    case .mapping(let entries):
      return YAMLNode(.mapping(entries.map { YAMLNode.Entry($0.key, escaped($0.value)) }), at: node.position)
    }
  }
}
