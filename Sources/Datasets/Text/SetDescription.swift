/// What a `data.yaml` of a YOLO set says: names of classes and where the splits lie.
///
/// Read by code for just these keys (names as a list, an inline list or a mapping of ids), until the program reads YAML at large;
/// anchors, aliases, tags and flow mappings over several lines are not.
struct SetDescription {
  /// Class names by id; ids may have gaps.
  private(set) var names: [Int: String] = [:]
  /// `path`, `train`, `val`, `test`, `masks`: plain values, by key; lists joined by newlines.
  private(set) var values: [String: String] = [:]

  init(_ text: String) {
    var block: (key: String, indent: Int)?
    for line in text.split(whereSeparator: \.isNewline) {
      let indent = line.prefix { $0 == " " || $0 == "\t" }.count
      let content = Self.withoutComment(line.dropFirst(indent))
      guard !content.isEmpty, content != "---" else { continue }
      if let open = block, indent > open.indent || content.hasPrefix("- ") {
        add(content, to: open.key)
        continue
      }
      guard let (key, value) = Self.pair(content) else { continue }
      block = value.isEmpty ? (key, indent) : nil
      guard !value.isEmpty else { continue }
      if ["names", "classes"].contains(key), value.hasPrefix("[") {
        for (id, name) in Self.inlineList(value).enumerated() { names[id] = name }
      } else if ["names", "classes"].contains(key), value.hasPrefix("{") {
        for item in Self.inlineList(value) { add(item, to: key) }
      } else {
        values[key] = value.hasPrefix("[") ? Self.inlineList(value).joined(separator: "\n") : Self.unquoted(value)
      }
    }
  }

  /// A line of a block: `- value` or `key: value`.
  private mutating func add(_ content: String, to key: String) {
    let isNames = ["names", "classes"].contains(key)
    if content.hasPrefix("- ") {
      let value = Self.unquoted(String(content.dropFirst(2)))
      if isNames { names[names.count] = value } else { values[key] = (values[key].map { $0 + "\n" } ?? "") + value }
    } else if let (inner, value) = Self.pair(content) {
      if isNames {
        if let id = Int(inner), id >= 0 { names[id] = Self.unquoted(value) }
      } else {
        values[key + "." + inner] = Self.unquoted(value)
      }
    }
  }

  private static func pair(_ content: String) -> (String, String)? {
    guard let colon = content.firstIndex(of: ":") else { return nil }
    let key = unquoted(String(content[..<colon]))
    return (key, trimmed(content[content.index(after: colon)...]))
  }

  private static func inlineList(_ value: String) -> [String] {
    var items: [String] = []
    var item = ""
    var quote: Character?
    for character in value.dropFirst().prefix(while: { _ in true }) {
      if let open = quote {
        item.append(character)
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
        item.append(character)
      } else if character == "," || character == "]" || character == "}" {
        if !trimmed(item[...]).isEmpty { items.append(unquoted(item)) }
        item = ""
        if character != "," { break }
      } else {
        item.append(character)
      }
    }
    return items
  }

  private static func withoutComment(_ line: Substring) -> String {
    var quote: Character?
    var last: Character = " "
    for (index, character) in zip(line.indices, line) {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = last == " " || last == "[" || last == "," || last == ":" ? character : nil
      } else if character == "#", last == " " {
        return trimmed(line[..<index])
      }
      last = character
    }
    return trimmed(line)
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" }
    var end = start
    while let last = end.last, last == " " || last == "\t" { end = end.dropLast() }
    return String(end)
  }

  private static func unquoted(_ text: String) -> String {
    let text = trimmed(text[...])
    guard text.count >= 2, let first = text.first, first == text.last, first == "'" || first == "\"" else {
      return text
    }
    let inner = String(text.dropFirst().dropLast())
    let (pair, single) = first == "'" ? ("''", "'") : ("\\\"", "\"")
    return inner.split(separator: pair, omittingEmptySubsequences: false).joined(separator: single)
  }
}
