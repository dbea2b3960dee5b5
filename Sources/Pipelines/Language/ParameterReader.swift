import Configuration

/// Reads declarations of parameters: a mapping with `type`, `default` and `help`, or just the default.
enum ParameterReader {
  static let keys = ["type", "default", "help", "choices", "minimum", "maximum"]
  static let types = ["text", "number", "integer", "boolean", "size", "file", "output", "model", "list", "any"]

  static func parameter(
    _ entry: YAMLNode.Entry, _ faults: inout [ConfigurationFault]
  ) -> PipelineDefinition.Parameter {
    var result = PipelineDefinition.Parameter(
      name: entry.key, position: entry.keyPosition, kind: .any, standard: nil, help: "")
    if entry.key.isEmpty || entry.key.contains(where: { ".={}$ ".contains($0) }) {
      faults.append(
        ConfigurationFault(entry.keyPosition, "a parameter's name is '\(entry.key)'; expected one word without '.'"))
    }
    guard let parts = entry.value.entries else {
      // The short form: the default says the type.
      result.standard = entry.value
      result.kind = kind(of: entry.value)
      return result
    }
    for part in parts where !keys.contains(part.key) {
      faults.append(.unknown("word in a parameter", part.key, among: keys, at: part.keyPosition))
    }
    result.standard = entry.value["default"]
    result.help = entry.value["help"]?.text ?? ""
    if let choices = entry.value["choices"] {
      result.kind = .choice((choices.elements ?? [choices]).compactMap(\.text))
    } else if let type = entry.value["type"] {
      result.kind = kind(type, entry.value, &faults)
    } else if let standard = result.standard {
      result.kind = kind(of: standard)
    }
    if let standard = result.standard, !standard.isNull, !References.isReference(standard) {
      faults += result.kind.faults(of: standard, name: "the default of '\(entry.key)'")
    }
    return result
  }

  private static func kind(_ type: YAMLNode, _ node: YAMLNode, _ faults: inout [ConfigurationFault]) -> SettingKind {
    func bound(_ key: String) -> Double? {
      guard let value = node[key] else { return nil }
      if value.number == nil {
        faults.append(ConfigurationFault(value.position, "\(key) is \(value.kind); expected a number"))
      }
      return value.number
    }
    let low = bound("minimum"), high = bound("maximum")
    if let low, let high, low > high {
      faults.append(ConfigurationFault(type.position, "the minimum \(low) is above the maximum \(high)"))
      return .any
    }
    switch type.text {
    case "text": return .text
    case "number":
      return .number((low ?? -Double.greatestFiniteMagnitude)...(high ?? Double.greatestFiniteMagnitude))
    case "integer":
      return .integer(
        (low.flatMap { Int(exactly: $0.rounded(.up)) } ?? .min)...(high.flatMap { Int(exactly: $0.rounded(.down)) }
          ?? .max))
    case "boolean": return .bool
    case "size": return .size(limit: 65535)
    case "file": return .file
    case "output": return .output
    case "model": return .model(task: nil)
    case "list": return .list(.text)
    case "any": return .any
    default:
      faults.append(.unknown("type", type.text ?? type.kind, among: types, at: type.position))
      return .any
    }
  }

  private static func kind(of value: YAMLNode) -> SettingKind {
    if References.isReference(value) || value.isNull { return .any }
    if value.bool != nil { return .bool }
    if value.number != nil {
      return .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    }
    if value.elements != nil { return .list(.any) }
    return value.text == nil ? .any : .text
  }
}
