/// A value of a YAML file, with its place. Aliases stand for copies of what they name. A value.
public struct YAMLNode: Sendable {
  /// What a value is made of.
  public enum Content: Sendable {
    /// A text; plain ones (without quotes) may mean numbers, truth values or nothing.
    case scalar(String, isPlain: Bool)
    /// A list.
    case sequence([YAMLNode])
    /// Named values in the order written, each name once.
    case mapping([Entry])
  }

  /// A named value.
  public struct Entry: Sendable {
    /// The name.
    public var key: String
    /// Where the name stands.
    public var keyPosition: SourcePosition
    /// The value.
    public var value: YAMLNode

    /// A named value.
    public init(_ key: String, _ value: YAMLNode, at position: SourcePosition? = nil) {
      self.key = key
      self.value = value
      keyPosition = position ?? value.position
    }
  }

  /// What it is made of.
  public var content: Content
  /// Where it begins.
  public var position: SourcePosition

  /// A value.
  public init(_ content: Content, at position: SourcePosition) {
    self.content = content
    self.position = position
  }

  /// A text in quotes.
  public static func text(_ text: String, at position: SourcePosition) -> YAMLNode {
    YAMLNode(.scalar(text, isPlain: false), at: position)
  }

  /// A plain scalar, such as a number.
  public static func plain(_ text: String, at position: SourcePosition) -> YAMLNode {
    YAMLNode(.scalar(text, isPlain: true), at: position)
  }

  /// The values of a list; nil for anything else.
  public var elements: [YAMLNode]? {
    if case .sequence(let elements) = content { return elements }
    return nil
  }

  /// The named values; nil for anything but a mapping.
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  /// The value of a name in a mapping.
  public subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

  /// Whether two values say the same, wherever they stand.
  public func isSame(as other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let a, let plain), .scalar(let b, let otherPlain)):
      return a == b && plain == otherPlain
    case (.sequence(let a), .sequence(let b)): return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
    case (.mapping(let a), .mapping(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value.isSame(as: $1.value) }
    default: return false
    }
  }
}
