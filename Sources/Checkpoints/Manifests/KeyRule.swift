/// One rule of a key map: how the names in a published file become the names of our parameters. No regular expressions.
///
/// `{"prefix": "module.", "replacement": ""}`, `{"suffix": ".gamma", "replacement": ".weight"}`,
/// `{"exact": "fc.W", "replacement": "fc.weight"}`, `{"infix": ".mlp.linear_1.", "replacement": ".mlp.0."}` (wherever it stands
/// first), or with `"drop": true` in place of the replacement. Keys that are ours already must stay as they are.
public struct KeyRule: Sendable, Equatable, Codable {
  /// What part of a key the rule looks at.
  public enum Match: Sendable, Equatable {
    case prefix(String), suffix(String), infix(String), exact(String)
  }

  /// Which keys it is for.
  public let match: Match
  /// What takes the matched part's place; nil drops the key.
  public let replacement: String?

  /// A rule.
  public init(_ match: Match, replacement: String?) {
    self.match = match
    self.replacement = replacement
  }

  /// The key after this rule: itself where the rule is not for it, nil where it is dropped.
  public func apply(to key: String) -> String? {
    switch match {
    case .exact(let text):
      return key == text ? replacement : key
    case .prefix(let text):
      guard key.hasPrefix(text) else { return key }
      return replacement.map { $0 + key.dropFirst(text.count) }
    case .suffix(let text):
      guard key.hasSuffix(text) else { return key }
      return replacement.map { key.dropLast(text.count) + $0 }
    case .infix(let text):
      guard let place = key.firstRange(of: text) else { return key }
      return replacement.map { key[..<place.lowerBound] + $0 + key[place.upperBound...] }
    }
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case prefix, suffix, infix, exact, replacement, drop }

  /// Reads one rule; exactly one kind of match and one outcome.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    let kinds: [(CodingKeys, (String) -> Match)] = [
      (.prefix, Match.prefix), (.suffix, Match.suffix), (.infix, Match.infix), (.exact, Match.exact),
    ]
    var matches: [Match] = []
    for (key, make) in kinds {
      guard let text = try values.decodeIfPresent(String.self, forKey: key) else { continue }
      guard !text.isEmpty || key == .prefix else { throw values.fault(key, "is empty") }
      matches.append(make(text))
    }
    guard matches.count == 1, let match = matches.first else {
      throw values.fault(.prefix, "must stand alone: a rule has one of `prefix`, `suffix`, `infix`, `exact`")
    }
    self.match = match
    replacement = try values.decodeIfPresent(String.self, forKey: .replacement)
    let drops = try values.decodeIfPresent(Bool.self, forKey: .drop) ?? false
    guard drops == (replacement == nil) else {
      throw values.fault(.replacement, "or `drop` is needed, and not both")
    }
  }

  /// Writes the rule as it is read.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch match {
    case .prefix(let text): try values.encode(text, forKey: .prefix)
    case .suffix(let text): try values.encode(text, forKey: .suffix)
    case .infix(let text): try values.encode(text, forKey: .infix)
    case .exact(let text): try values.encode(text, forKey: .exact)
    }
    if let replacement {
      try values.encode(replacement, forKey: .replacement)
    } else {
      try values.encode(true, forKey: .drop)
    }
  }
}

extension [KeyRule] {
  /// The key after all rules in order; nil where one drops it.
  public func apply(to key: String) -> String? {
    var key = key
    for rule in self {
      guard let next = rule.apply(to: key) else { return nil }
      key = next
    }
    return key
  }
}
