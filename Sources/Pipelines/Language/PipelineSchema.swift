import Configuration
import Support

/// The JSON Schema of pipeline files, for editors that complete and check them. Made of the stages' declarations.
public enum PipelineSchema {
  /// The schema as JSON text, one line.
  public static func text(_ registry: StageRegistry = .standard) -> String { value(registry).text }

  static func value(_ registry: StageRegistry) -> JSONValue {
    let stages = registry.declarations
    var properties: [(String, JSONValue)] = [
      ("name", described("The stage's name, where another stage or the command line means it.", [("type", "string")])),
      (
        "from",
        described(
          "The stages whose samples it reads; without it the stage before.",
          [
            (
              "anyOf",
              .array([
                .object([("type", "string")]), .object([("type", "array"), ("items", .object([("type", "string")]))]),
              ])
            )
          ])
      ),
    ]
    properties += stages.map { ($0.name, settings($0)) }
    let stage = JSONValue.object([
      ("type", "object"), ("properties", .object(properties)), ("additionalProperties", false),
      ("oneOf", .array(stages.map { .object([("required", .array([.string($0.name)]))]) })),
    ])
    let bare = JSONValue.object([
      ("enum", .array(stages.filter { !$0.settings.contains(where: \.isRequired) }.map { .string($0.name) }))
    ])
    let parameter = JSONValue.object([
      ("type", "object"),
      (
        "properties",
        .object([
          ("type", .object([("enum", .array(ParameterReader.types.map(JSONValue.string)))])), ("default", .object([])),
          ("help", .object([("type", "string")])), ("choices", .object([("type", "array")])),
          ("minimum", .object([("type", "number")])), ("maximum", .object([("type", "number")])),
        ])
      ), ("additionalProperties", false),
    ])
    return .object([
      ("$schema", "https://json-schema.org/draft/2020-12/schema"), ("title", "vision pipeline"), ("type", "object"),
      (
        "properties",
        .object([
          ("name", described("The pipeline's name.", [("type", "string")])),
          ("help", described("What it is for.", [("type", "string")])),
          ("extends", described("A file whose pipeline this one changes.", [("type", "string")])),
          (
            "parameters",
            described(
              "What the command line may set, as NAME=VALUE; a declaration, or just the default.",
              [
                ("type", "object"),
                (
                  "additionalProperties",
                  .object([
                    (
                      "anyOf",
                      .array([
                        parameter, .object([("type", .array(["string", "number", "boolean", "array", "null"]))]),
                      ])
                    )
                  ])
                ),
              ])
          ),
          (
            "environment",
            described(
              "Variables that ${env.NAME} may name: a list, or a mapping to defaults.",
              [("type", .array(["array", "object"]))])
          ),
          (
            "set",
            described(
              "Settings of stages that come from 'extends'.",
              [("type", "object"), ("additionalProperties", .object([("type", "object")]))])
          ),
          (
            "stages",
            described(
              "What is done, in order.",
              [("type", "array"), ("items", .object([("anyOf", .array([stage, bare]))]))])
          ),
          ("train", described("A training recipe, for vision train.", [("type", "object")])),
          ("record", described("What a run wrote of itself.", [("type", "object")])),
        ])
      ), ("additionalProperties", false),
    ])
  }

  private static func described(_ text: String, _ members: [(String, JSONValue)]) -> JSONValue {
    .object([("description", .string(text))] + members)
  }

  private static func settings(_ stage: StageDeclaration) -> JSONValue {
    let properties = stage.settings.map { setting -> (String, JSONValue) in
      var members: [(String, JSONValue)] = [("description", .string(setting.help))]
      if case .object(let own) = setting.kind.schema { members += own }
      if setting.isOptional {
        members = [
          ("description", .string(setting.help)),
          ("anyOf", .array([.object(Array(members.dropFirst())), .object([("type", "null")])])),
        ]
      }
      if let standard = setting.standard, !standard.isNull { members.append(("default", JSONValue(standard))) }
      return (setting.name, .object(members))
    }
    var mapping: [(String, JSONValue)] = [("type", "object"), ("properties", .object(properties))]
    let required = stage.settings.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { mapping.append(("required", .array(required))) }
    mapping.append(("additionalProperties", .bool(stage.allowsOtherSettings)))
    var choices: [JSONValue] = [.object(mapping)]
    if required.isEmpty { choices.append(.object([("type", "null")])) }
    if let main = stage.main, let setting = stage.settings.first(where: { $0.name == main }) {
      choices.append(setting.kind.schema)
    }
    return described(stage.summary, choices.count == 1 ? mapping : [("anyOf", .array(choices))])
  }
}

extension JSONValue {
  /// A value of YAML as JSON.
  package init(_ node: YAMLNode) {
    switch node.content {
    case .sequence(let elements): self = .array(elements.map { JSONValue($0) })
    case .mapping(let entries): self = .object(entries.map { ($0.key, JSONValue($0.value)) })
    case .scalar(let text, _):
      if node.isNull {
        self = .null
      } else if let value = node.bool {
        self = .bool(value)
      } else if let value = node.integer {
        self = .int(value)
      } else if let value = node.number {
        self = .double(value)
      } else {
        self = .string(text)
      }
    }
  }
}
