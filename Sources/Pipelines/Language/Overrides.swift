import Configuration

/// `key=value` of the command line: a parameter by its name, a stage's setting as `stage.setting`.
enum Overrides {
  static let origin = SourcePosition("command line")

  /// `key=value` apart; values are YAML. Throws for what is neither.
  static func parse(_ arguments: [String]) throws(ConfigurationError) -> [(String, YAMLNode)] {
    var result: [(String, YAMLNode)] = []
    var faults: [ConfigurationFault] = []
    for argument in arguments {
      guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
        faults.append(ConfigurationFault(origin, "'\(argument.prefix(80))' is not KEY=VALUE"))
        continue
      }
      let key = String(argument[..<equals]), text = String(argument[argument.index(after: equals)...])
      if result.contains(where: { $0.0 == key }) {
        faults.append(ConfigurationFault(origin, "'\(key)' is given twice"))
        continue
      }
      result.append((key, value(text)))
    }
    if !faults.isEmpty { throw ConfigurationError(faults, exitCode: .usage) }
    return result
  }

  /// A value as YAML, where it is some that makes sense; else the text itself, such as `*.jpg` or `a: b`.
  private static func value(_ text: String) -> YAMLNode {
    guard let node = try? YAMLReader.read(text: text, name: origin.file) else { return .text(text, at: origin) }
    switch node.content {
    case .scalar(let value, _) where value != text && !text.hasPrefix("\"") && !text.hasPrefix("'"):
      // Comments and folded lines are no part of a value that a shell hands over.
      return text.isEmpty ? node.placed(at: origin) : .text(text, at: origin)
    case .mapping where !text.hasPrefix("{"): return .text(text, at: origin)
    case .sequence where !text.hasPrefix("["): return .text(text, at: origin)
    default: return node.placed(at: origin)
    }
  }

  static func apply(
    _ overrides: [(String, YAMLNode)], to definition: inout PipelineDefinition
  ) throws(ConfigurationError) {
    var faults: [ConfigurationFault] = []
    for (key, value) in overrides {
      let parts = key.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 1 {
        guard let index = definition.parameters.firstIndex(where: { $0.name == key }) else {
          let stages = definition.stages.map { $0.name + ".SETTING" }
          faults.append(
            .unknown("parameter", key, among: definition.parameters.map(\.name) + stages, at: value.position))
          continue
        }
        definition.parameters[index].standard = value
      } else {
        guard let index = definition.stages.firstIndex(where: { $0.name == parts[0] }) else {
          faults.append(.unknown("stage", parts[0], among: definition.stages.map(\.name), at: value.position))
          continue
        }
        definition.stages[index].set(YAMLNode.Entry(parts[1], value))
      }
    }
    if !faults.isEmpty { throw ConfigurationError(faults, exitCode: .usage) }
  }
}

extension YAMLNode {
  /// The value with all its places moved to one.
  func placed(at place: SourcePosition) -> YAMLNode {
    switch content {
    case .scalar: YAMLNode(content, at: place)
    case .sequence(let elements): YAMLNode(.sequence(elements.map { $0.placed(at: place) }), at: place)
    case .mapping(let entries):
      YAMLNode(
        .mapping(entries.map { YAMLNode.Entry($0.key, $0.value.placed(at: place), at: place) }), at: place)
    }
  }
}
