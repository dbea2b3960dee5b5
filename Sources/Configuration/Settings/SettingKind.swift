import Support

/// What a setting may be: the one place from which checks, help texts and the JSON Schema come.
public indirect enum SettingKind: Sendable {
  /// `true` or `false`.
  case bool
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// A number in a range.
  case number(ClosedRange<Double>)
  /// A text; numbers and words count as their letters.
  case text
  /// One of some words.
  case choice([String])
  /// `WxH`, both at least 1.
  case size(limit: Int)
  /// A file that must be there.
  case file
  /// Where results go.
  case output
  /// A catalog's id, an alias or a file, for a task; nil for any.
  case model(task: String?)
  /// The name of a class.
  case label
  /// A list; a single value counts as a list of one.
  case list(SettingKind)
  /// Anything; who uses it checks it.
  case any

  /// What is expected, as in "expected ...".
  public var expectation: String {
    switch self {
    case .bool: "true or false"
    case .integer(let range): "a whole number" + Self.bounds(range.lowerBound, range.upperBound, open: .max)
    case .number(let range): "a number" + Self.bounds(Self.short(range.lowerBound), Self.short(range.upperBound))
    case .text: "a text"
    case .choice(let words): words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
    case .size: "a size such as 640x480"
    case .file: "the name of a file"
    case .output: "the name of a folder or file"
    case .model(let task): task.map { "the name of a model for \($0)" } ?? "the name of a model"
    case .label: "the name of a class"
    case .list(let element): "a list, each \(element.expectation)"
    case .any: "a value"
    }
  }

  private static func bounds(_ low: Int, _ high: Int, open: Int) -> String {
    low == .min && high == open ? "" : high == open ? " of \(low) or more" : " from \(low) to \(high)"
  }

  private static func bounds(_ low: String?, _ high: String?) -> String {
    switch (low, high) {
    case (nil, nil): ""
    case (let low?, nil): " of \(low) or more"
    case (nil, let high?): " of at most \(high)"
    case (let low?, let high?): " from \(low) to \(high)"
    }
  }

  /// A bound as people write it; nil for the greatest numbers.
  private static func short(_ value: Double) -> String? {
    abs(value) >= Double.greatestFiniteMagnitude ? nil : Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  /// What is wrong with a value, each with its place; empty where it fits.
  public func faults(of node: YAMLNode, name: String) -> [ConfigurationFault] {
    func wrong() -> [ConfigurationFault] {
      [ConfigurationFault(node.position, "\(name) is \(node.kind); expected \(expectation)")]
    }
    switch self {
    case .bool: return node.bool == nil ? wrong() : []
    case .integer(let range): return node.integer.map(range.contains) == true ? [] : wrong()
    case .number(let range): return node.number.map(range.contains) == true ? [] : wrong()
    case .text, .model, .label:
      return node.text == nil || node.isNull ? wrong() : []
    case .file, .output: return (node.text ?? "").isEmpty || node.isNull ? wrong() : []
    case .choice(let words):
      guard let text = node.text, !node.isNull else { return wrong() }
      if words.contains(text) { return [] }
      return [
        ConfigurationFault(
          node.position, "\(name) is \(node.kind)" + (nearestHint(text, words) ?? "; expected \(expectation)"))
      ]
    case .size(let limit): return Self.size(node, limit: limit) == nil ? wrong() : []
    case .list(let element):
      guard let elements = node.elements else {
        return element.faults(of: node, name: name)
      }
      return elements.flatMap { element.faults(of: $0, name: name) }
    case .any: return []
    }
  }

  private func nearestHint(_ text: String, _ words: [String]) -> String? {
    nearestNames(to: text, among: words).first.map { "; did you mean '\($0)'? (\(words.joined(separator: ", ")))" }
  }

  /// The sides of `WxH`.
  static func size(_ node: YAMLNode, limit: Int) -> (width: Int, height: Int)? {
    let parts = (node.text ?? "").lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1], (1...limit).contains(width),
      (1...limit).contains(height)
    else { return nil }
    return (width, height)
  }

  /// Its JSON Schema; `${...}` may stand for anything.
  package var schema: JSONValue {
    let reference = JSONValue.object([("type", "string"), ("pattern", #"\$\{.+\}"#)])
    let own: [(String, JSONValue)]
    switch self {
    case .bool: own = [("type", "boolean")]
    case .integer(let range):
      own =
        [("type", "integer"), ("minimum", .int(range.lowerBound))]
        + (range.upperBound == .max ? [] : [("maximum", .int(range.upperBound))])
    case .number(let range):
      own =
        [("type", "number"), ("minimum", .double(range.lowerBound))]
        + (Self.short(range.upperBound) == nil ? [] : [("maximum", .double(range.upperBound))])
    case .text, .label: return .object([("type", .array(["string", "number", "boolean"]))])
    case .file, .output, .model: return .object([("type", "string")])
    case .choice(let words): own = [("enum", .array(words.map(JSONValue.string)))]
    case .size: own = [("type", "string"), ("pattern", "^[0-9]+[xX][0-9]+$")]
    case .list(let element):
      return .object([("anyOf", .array([element.schema, .object([("type", "array"), ("items", element.schema)])]))])
    case .any: return .object([])
    }
    return .object([("anyOf", .array([.object(own), reference]))])
  }
}
