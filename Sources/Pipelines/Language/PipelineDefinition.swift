import Configuration

/// A pipeline as its file says it, or as a program builds it: nothing is checked yet.
public struct PipelineDefinition: Sendable {
  /// A stage as written.
  public struct StageNode: Sendable {
    /// Its name: given, or that of its kind.
    public var name: String
    /// What it does, such as `detect`.
    public var kind: String
    /// Where the kind stands.
    public var position: SourcePosition
    /// Its settings: a mapping, nothing, or the value of its main setting.
    public var settings: YAMLNode
    /// The stages whose stream it reads; nil for the one before it.
    public var from: [YAMLNode]?
    /// Whether the name was given.
    public var isNamed: Bool
  }

  /// A parameter: what the command line may set by its name.
  public struct Parameter: Sendable {
    /// Its name.
    public var name: String
    /// Where it is declared.
    public var position: SourcePosition
    /// What it may be.
    public var kind: SettingKind
    /// Its value where none is given; nil where one must be.
    public var standard: YAMLNode?
    /// One line about it.
    public var help: String
  }

  /// Its name.
  public var name: String
  /// What it is for.
  public var help: String
  /// Where it comes from.
  public var position: SourcePosition
  /// Its parameters, in order.
  public var parameters: [Parameter] = []
  /// Variables of the environment that `${env.NAME}` may name, with their values where they are unset.
  public var environment: [YAMLNode.Entry] = []
  /// Its stages, in order.
  public var stages: [StageNode] = []
  /// Settings of stages that came from elsewhere, by stage.
  public var changes: [YAMLNode.Entry] = []
  /// A training recipe's part; such a file is for `vision train`.
  public var training: YAMLNode?
  /// What a run wrote of itself.
  public var record: YAMLNode?

  /// An empty pipeline.
  public init(name: String, help: String = "", position: SourcePosition? = nil) {
    self.name = name
    self.help = help
    self.position = position ?? SourcePosition(name)
  }

  /// Appends a stage. `settings` are named values, as YAML would have them.
  public mutating func add(_ kind: String, _ settings: PipelineValue = [:], name: String? = nil, from: [String]? = nil)
  {
    let place = SourcePosition("\(self.name), stage \(name ?? kind)")
    stages.append(
      StageNode(
        name: name ?? kind, kind: kind, position: place, settings: settings.node(at: place),
        from: from?.map { .text($0, at: place) }, isNamed: name != nil))
  }

  /// Sets a parameter (`name`) or a stage's setting (`stage.setting`) to a value as YAML has it.
  public mutating func set(_ key: String, to value: YAMLNode) throws(ConfigurationError) {
    try Overrides.apply([(key, value)], to: &self)
  }
}

/// A setting's value in a program: literals are enough.
public enum PipelineValue: Sendable, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
  /// True or false.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// A text.
  case text(String)
  /// A list.
  case list([PipelineValue])
  /// Named values, in order.
  case map([(String, PipelineValue)])
  /// Nothing.
  case none

  /// Named values.
  public init(dictionaryLiteral elements: (String, PipelineValue)...) { self = .map(elements) }
  /// A list.
  public init(arrayLiteral elements: PipelineValue...) { self = .list(elements) }
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// The value as YAML; entries of nothing are left out.
  func node(at place: SourcePosition) -> YAMLNode {
    switch self {
    case .bool(let value): .plain("\(value)", at: place)
    case .integer(let value): .plain("\(value)", at: place)
    case .number(let value): .plain(Int(exactly: value).map { "\($0)" } ?? "\(value)", at: place)
    case .text(let value): .text(value, at: place)
    case .list(let values): YAMLNode(.sequence(values.map { $0.node(at: place) }), at: place)
    case .none: .plain("", at: place)
    case .map(let entries):
      YAMLNode(
        .mapping(
          entries.compactMap { entry in
            if case .none = entry.1 { return nil }
            return YAMLNode.Entry(entry.0, entry.1.node(at: place))
          }), at: place)
    }
  }
}
