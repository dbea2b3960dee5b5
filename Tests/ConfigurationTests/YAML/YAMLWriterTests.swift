import Configuration
import Testing

/// What is written reads back as what it was.
@Suite struct YAMLWriterTests {
  @Test(arguments: [
    "a: 1\nb: [x, 'true', \"a: b\", '', '#no', 'null', '1.5', yes]\nc:\n  - d: {}\n  - [[1, 2], {x: y}]\n  - e:\n      f: g\n    h: ~\n",
    "- - - 1\n- {}\n- []\n", "x", "'  spaces  '", "\"line\\nbreak \\u263A \\u0085 \\t\"",
    "- '-'\n- '- a'\n- '...'\n- '?'\n- ':'\n- 'a:'\n",
    "'true': 1\n'1': 2\n'a: b': 3\n",
  ])
  func roundTrips(text: String) throws {
    let node = try YAMLReader.read(text: text, name: "a")
    let written = YAMLWriter.text(node)
    let again = try YAMLReader.read(text: written, name: "b")
    #expect(meaning(again) == meaning(node), "\(written)")
    #expect(YAMLWriter.text(again) == written)
  }

  private func meaning(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, _):
      node.isNull ? "null" : node.bool.map { "\($0)" } ?? node.number.map { "\($0)" } ?? "<\(text)>"
    case .sequence(let elements): "[" + elements.map(meaning).joined(separator: ",") + "]"
    case .mapping(let entries): "{" + entries.map { "\($0.key)=\(meaning($0.value))" }.joined(separator: ",") + "}"
    }
  }
}
