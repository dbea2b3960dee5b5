/// Any name at all, to see what an object holds.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// The object's container; an entry that no case of `Keys` names is an error that names it.
  func strictContainer<Keys: CodingKey & CaseIterable>(_ keys: Keys.Type) throws -> KeyedDecodingContainer<Keys> {
    let known = Set(keys.allCases.map(\.stringValue))
    for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: codingPath + [key],
          debugDescription: "is not an entry of a manifest (known here: \(known.sorted().joined(separator: ", ")))"))
    }
    return try container(keyedBy: keys)
  }
}

extension KeyedDecodingContainer {
  /// An error about the entry `key`.
  func fault(_ key: Key, _ reason: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: codingPath + [key], debugDescription: reason))
  }
}

extension DecodingError {
  /// The path of the entry, such as `weights.sha256`, and what is wrong with it.
  var place: (key: String, reason: String) {
    func text(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map { "[\($0)]" } ?? "." + $0.stringValue }.joined().drop { $0 == "." }.description
    }
    switch self {
    case .typeMismatch(let type, let context):
      return (text(context.codingPath), "is not of the right type (expected \(Self.name(of: type)))")
    case .valueNotFound(let type, let context):
      return (text(context.codingPath), "is null (expected \(Self.name(of: type)))")
    case .keyNotFound(let key, let context):
      return (text(context.codingPath + [key]), "is missing")
    case .dataCorrupted(let context):
      return (text(context.codingPath), context.debugDescription)
    @unknown default:
      return ("", "cannot be read")
    }
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Int.Type: "a whole number"
    case is Double.Type, is Float.Type: "a number"
    case is Bool.Type: "true or false"
    case is [String: Any].Type: "an object"
    case is [Any].Type: "a list"
    default: "\(type)"
    }
  }
}
