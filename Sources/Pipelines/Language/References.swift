import Configuration
import Support

/// `${name}` in a pipeline: a parameter, or with `${env.NAME}` a variable of the environment that was declared. `$${`
/// is a dollar sign and a brace.
struct References {
  private enum State {
    case open
    case known(YAMLNode)
  }
  private let parameters: [PipelineDefinition.Parameter]
  private let environment: [YAMLNode.Entry]
  private var values: [String: State] = [:]
  private(set) var faults: [ConfigurationFault] = []
  private(set) var used: Set<String> = []

  /// The command that such a file is for.
  private let verb: String

  /// References into a definition's parameters.
  init(_ definition: PipelineDefinition, verb: String = "run") {
    self.verb = verb
    parameters = definition.parameters
    environment = definition.environment
  }

  /// Whether a value is or holds a reference.
  static func isReference(_ node: YAMLNode) -> Bool {
    node.text?.utf8.contains(UInt8(ascii: "$")) == true && (node.text ?? "").contains("${")
  }

  /// The value with all references in it resolved. What a reference stands for keeps the place of the reference.
  mutating func resolve(_ node: YAMLNode) -> YAMLNode {
    switch node.content {
    case .scalar(let text, _):
      guard Self.isReference(node) else { return node }
      return resolve(text, node)
    case .sequence(let elements):
      // A reference to a list, as an element of a list, stands for its elements.
      var result: [YAMLNode] = []
      for element in elements {
        let value = resolve(element)
        if Self.isReference(element), let parts = value.elements { result += parts } else { result.append(value) }
      }
      if result.count > 100_000 {
        faults.append(ConfigurationFault(node.position, "references make a list of more than 100000 values"))
        return node
      }
      return YAMLNode(.sequence(result), at: node.position)
    case .mapping(let entries):
      return YAMLNode(
        .mapping(entries.map { YAMLNode.Entry($0.key, resolve($0.value), at: $0.keyPosition) }), at: node.position)
    }
  }

  /// A parameter's value.
  mutating func value(of name: String, at position: SourcePosition) -> YAMLNode {
    let nothing = YAMLNode.plain("", at: position)
    used.insert(name)
    if name.hasPrefix("env.") { return variable(String(name.dropFirst(4)), position) }
    guard let parameter = parameters.first(where: { $0.name == name }) else {
      faults.append(.unknown("parameter", name, among: parameters.map(\.name), at: position))
      return nothing
    }
    switch values[name] {
    case .known(let value): return value
    case .open:
      faults.append(ConfigurationFault(position, "the parameter '\(name)' is defined by itself"))
      return nothing
    case nil: break
    }
    guard let written = parameter.standard else {
      faults.append(
        ConfigurationFault(
          parameter.position,
          "the parameter '\(name)' has no value; give one, as in: vision \(verb) FILE \(name)=...\(parameter.help.isEmpty ? "" : " (\(parameter.help))")"
        ))
      values[name] = .known(nothing)
      return nothing
    }
    values[name] = .open
    let value = resolve(written)
    values[name] = .known(value)
    if !value.isNull || !written.isNull { faults += parameter.kind.faults(of: value, name: "'\(name)'") }
    return value
  }

  private mutating func variable(_ name: String, _ position: SourcePosition) -> YAMLNode {
    guard let declared = environment.first(where: { $0.key == name }) else {
      faults.append(
        ConfigurationFault(
          position,
          "the variable '\(name)' is not declared under 'environment'"
            + ConfigurationFault.hint(name, among: environment.map(\.key))))
      return .plain("", at: position)
    }
    if let value = Environment[name] { return .text(value, at: position) }
    if declared.value.isNull {
      faults.append(
        ConfigurationFault(position, "the environment has no variable '\(name)'; set it, or give it a default"))
    }
    return declared.value
  }

  private mutating func resolve(_ text: String, _ node: YAMLNode) -> YAMLNode {
    var result = "", rest = text[...]
    var whole: YAMLNode?
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.hasPrefix("${") {
        result += "${"
        rest = rest.dropFirst(2)
        continue
      }
      guard rest.hasPrefix("{") else {
        result += "$"
        continue
      }
      guard let end = rest.firstIndex(of: "}") else {
        faults.append(ConfigurationFault(node.position, "'${' without '}' in \(node.kind)"))
        return node
      }
      let name = String(rest[rest.index(after: rest.startIndex)..<end])
      let value = value(of: name, at: node.position)
      rest = rest[rest.index(after: end)...]
      if result.isEmpty, rest.isEmpty, text.hasPrefix("${") {
        whole = value
        break
      }
      guard let part = value.text else {
        faults.append(
          ConfigurationFault(node.position, "'${\(name)}' is \(value.kind), which cannot be a part of a text"))
        return node
      }
      result += part
      guard result.utf8.count <= 1 << 16 else {
        faults.append(ConfigurationFault(node.position, "references make a text of more than 65536 bytes"))
        return node
      }
    }
    if var whole {
      whole.position = node.position
      return whole
    }
    return .text(result + rest, at: node.position)
  }
}
