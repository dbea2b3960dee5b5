/// What plain scalars mean: YAML 1.2's core schema, in which `no` and `on` are words.
extension YAMLNode {
  /// The text of a scalar, whatever it means; nil for lists and mappings.
  public var text: String? {
    if case .scalar(let text, _) = content { return text }
    return nil
  }

  private var plain: String? {
    if case .scalar(let text, isPlain: true) = content { return text }
    return nil
  }

  /// Whether it is nothing: empty, `~` or `null`.
  public var isNull: Bool { plain.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false }

  /// `true` or `false`.
  public var bool: Bool? {
    switch plain {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// A whole number: decimal, `0x` or `0o`; nil past 64 bits.
  public var integer: Int? {
    guard let plain, let first = plain.utf8.first, first == 43 || first == 45 || (48...57).contains(first) else {
      return nil
    }
    if plain.hasPrefix("0x") { return Self.digits(plain.dropFirst(2), radix: 16) }
    if plain.hasPrefix("0o") { return Self.digits(plain.dropFirst(2), radix: 8) }
    return Int(plain)
  }

  private static func digits(_ text: Substring, radix: Int) -> Int? {
    text.first == "+" || text.first == "-" ? nil : Int(text, radix: radix)
  }

  /// A finite number.
  public var number: Double? {
    if let integer { return Double(integer) }
    // What Swift reads beside decimals (hexadecimal fractions, "nan") is a word here.
    guard let plain, !plain.isEmpty,
      plain.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }),
      plain.utf8.contains(where: { (48...57).contains($0) }), let value = Double(plain), value.isFinite
    else { return nil }
    return value
  }

  /// What it is, for messages.
  public var kind: String {
    switch content {
    case .scalar(let text, let isPlain):
      if isNull { return "nothing" }
      if bool != nil { return text.lowercased() }
      if number != nil { return "the number \(text)" }
      return isPlain || !text.isEmpty ? "'\(text.prefix(60))\(text.utf8.count > 60 ? "..." : "")'" : "an empty text"
    case .sequence(let elements): return elements.isEmpty ? "an empty list" : "a list of \(elements.count)"
    case .mapping(let entries): return entries.isEmpty ? "an empty mapping" : "a mapping"
    }
  }
}
