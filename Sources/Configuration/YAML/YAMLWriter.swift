/// Writes values as YAML that reads back as the same ones.
public enum YAMLWriter {
  /// The text of a value, ending with a line break.
  public static func text(_ node: YAMLNode) -> String {
    var text = ""
    switch node.content {
    case .mapping(let entries) where !entries.isEmpty: append(entries, 0, &text)
    case .sequence(let elements) where !elements.isEmpty: append(elements, 0, &text)
    default: text = inline(node) + "\n"
    }
    return text
  }

  private static func append(_ entries: [YAMLNode.Entry], _ indent: Int, _ text: inout String) {
    for (index, entry) in entries.enumerated() {
      if index > 0 || text.isEmpty || text.hasSuffix("\n") { text += String(repeating: " ", count: indent) }
      text += quoted(entry.key, isPlain: false) + ":"
      append(value: entry.value, indent + 2, &text)
    }
  }

  private static func append(_ elements: [YAMLNode], _ indent: Int, _ text: inout String) {
    for element in elements {
      text += String(repeating: " ", count: indent) + "-"
      switch element.content {
      case .mapping(let entries) where !entries.isEmpty && !isShort(element):
        text += " "
        append(entries, indent + 2, &text)
      default: append(value: element, indent + 2, &text)
      }
    }
  }

  private static func append(value: YAMLNode, _ indent: Int, _ text: inout String) {
    switch value.content {
    case .mapping(let entries) where !entries.isEmpty && !isShort(value):
      text += "\n"
      append(entries, indent, &text)
    case .sequence(let elements) where !elements.isEmpty && !isShort(value):
      text += "\n"
      append(elements, indent, &text)
    default: text += value.isNull ? "\n" : " " + inline(value) + "\n"
    }
  }

  /// Whether a list or mapping goes on one line.
  private static func isShort(_ node: YAMLNode) -> Bool {
    func isScalar(_ node: YAMLNode) -> Bool { node.text != nil }
    switch node.content {
    case .scalar: return true
    case .sequence(let elements): return elements.allSatisfy(isScalar) && inline(node).utf8.count <= 80
    case .mapping(let entries): return entries.isEmpty
    }
  }

  /// A value on one line, in flow style.
  public static func inline(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let isPlain): return quoted(text, isPlain: isPlain)
    case .sequence(let elements): return "[" + elements.map(inline).joined(separator: ", ") + "]"
    case .mapping(let entries):
      return "{" + entries.map { "\(quoted($0.key, isPlain: false)): \(inline($0.value))" }.joined(separator: ", ")
        + "}"
    }
  }

  /// A scalar, in quotes where it would mean something else without them.
  private static func quoted(_ text: String, isPlain: Bool) -> String {
    if isPlain { return text.isEmpty ? "null" : text }
    let plain = YAMLNode.plain(text, at: SourcePosition(""))
    let words = text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_-./ ".unicodeScalars.contains(scalar)
    }
    let isSafe =
      words && !text.isEmpty && !plain.isNull && plain.bool == nil && plain.number == nil
      && !text.hasPrefix(" ") && !text.hasSuffix(" ") && !text.hasPrefix("-") && !text.hasPrefix(".")
      && !["y", "n", "yes", "no", "on", "off"].contains(text.lowercased())
    if isSafe { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        || [0x2028, 0x2029, 0xFEFF].contains(scalar.value):
        let hex = String(scalar.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
