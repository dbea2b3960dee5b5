import Support

/// A setting of a stage or of another thing that people configure: its name, what it may be, what it is where nothing
/// is said, and what it does. Declared once.
public struct SettingDeclaration: Sendable {
  /// Its name.
  public let name: String
  /// What it may be.
  public let kind: SettingKind
  /// What it is where nothing is said; nil where something must be. Null stands for none.
  public let standard: YAMLNode?
  /// One line about it.
  public let help: String

  /// A declaration.
  public init(name: String, kind: SettingKind, standard: YAMLNode?, help: String) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.help = help
  }

  /// Whether null is a value of it.
  public var isOptional: Bool { standard?.isNull == true }
  /// Whether it must be given.
  public var isRequired: Bool { standard == nil }
}

/// A setting whose values have a type of Swift's.
public struct Setting<Value: Sendable>: Sendable {
  /// What is declared of it.
  public let declaration: SettingDeclaration
  let fallback: Value
  let read: @Sendable (YAMLNode) -> Value?

  init(
    _ name: String, _ kind: SettingKind, _ standard: YAMLNode?, _ help: String, fallback: Value,
    read: @escaping @Sendable (YAMLNode) -> Value?
  ) {
    declaration = SettingDeclaration(name: name, kind: kind, standard: standard, help: help)
    self.fallback = fallback
    self.read = read
  }
}

/// Where standard values come from.
private let origin = SourcePosition("standard value")

private func shown(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }

extension Setting where Value == Bool {
  /// True or false.
  public static func flag(_ name: String, _ standard: Bool, _ help: String) -> Setting {
    Setting(name, .bool, .plain("\(standard)", at: origin), help, fallback: standard) { $0.bool }
  }
}

extension Setting where Value == Int {
  /// A whole number.
  public static func integer(
    _ name: String, _ standard: Int, in range: ClosedRange<Int>, _ help: String
  ) -> Setting {
    Setting(name, .integer(range), .plain("\(standard)", at: origin), help, fallback: standard) { $0.integer }
  }
}

extension Setting where Value == Int? {
  /// A whole number, or none.
  public static func integer(_ name: String, in range: ClosedRange<Int>, _ help: String) -> Setting {
    Setting(name, .integer(range), .plain("", at: origin), help, fallback: nil) { .some($0.integer) }
  }
}

extension Setting where Value == Double {
  /// A number.
  public static func number(
    _ name: String, _ standard: Double, in range: ClosedRange<Double>, _ help: String
  ) -> Setting {
    Setting(name, .number(range), .plain(shown(standard), at: origin), help, fallback: standard) { $0.number }
  }
}

extension Setting where Value == Double? {
  /// A number, or none.
  public static func number(_ name: String, in range: ClosedRange<Double>, _ help: String) -> Setting {
    Setting(name, .number(range), .plain("", at: origin), help, fallback: nil) { .some($0.number) }
  }
}

extension Setting where Value == String {
  /// A text. Without a standard one it must be given.
  public static func text(
    _ name: String, _ standard: String? = nil, kind: SettingKind = .text, _ help: String
  ) -> Setting {
    Setting(name, kind, standard.map { .text($0, at: origin) }, help, fallback: standard ?? "") { $0.text }
  }
}

extension Setting where Value == String? {
  /// A text, or none.
  public static func optionalText(_ name: String, kind: SettingKind = .text, _ help: String) -> Setting {
    Setting(name, kind, .plain("", at: origin), help, fallback: nil) { $0.isNull ? nil : .some($0.text) }
  }
}

extension Setting where Value == [String] {
  /// Texts. Without standard ones they must be given.
  public static func texts(
    _ name: String, _ standard: [String]? = nil, kind: SettingKind = .text, _ help: String
  ) -> Setting {
    let value = standard.map { YAMLNode(.sequence($0.map { .text($0, at: origin) }), at: origin) }
    return Setting(name, .list(kind), value, help, fallback: standard ?? []) { node in
      (node.elements ?? [node]).compactMap(\.text)
    }
  }
}

extension Setting where Value == YAMLNode? {
  /// Anything, or none.
  public static func value(_ name: String, _ help: String) -> Setting {
    Setting(name, .any, .plain("", at: origin), help, fallback: nil) { $0.isNull ? nil : .some($0) }
  }
}

extension Setting {
  /// One of an enumeration's words.
  public static func choice(_ name: String, _ standard: Value, _ help: String) -> Setting
  where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    Setting(
      name, .choice(Value.allCases.map(\.rawValue)), .text(standard.rawValue, at: origin), help, fallback: standard
    ) { $0.text.flatMap(Value.init(rawValue:)) }
  }

  /// `WxH`, or none.
  public static func size(_ name: String, limit: Int, _ help: String) -> Setting
  where Value == (width: Int, height: Int)? {
    Setting(name, .size(limit: limit), .plain("", at: origin), help, fallback: nil) {
      .some(SettingKind.size($0, limit: limit))
    }
  }
}
