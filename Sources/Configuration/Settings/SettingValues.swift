/// Checked values of declared settings.
public struct SettingValues: Sendable {
  /// The values by name, as they were written.
  public let values: [String: YAMLNode]
  /// Where the whole of them stands.
  public let position: SourcePosition

  /// Values that were checked.
  public init(_ values: [String: YAMLNode], at position: SourcePosition) {
    self.values = values
    self.position = position
  }

  /// The value of a setting, or its standard one.
  public subscript<Value>(setting: Setting<Value>) -> Value {
    guard let node = values[setting.declaration.name], !(node.isNull && setting.declaration.isOptional) else {
      return setting.fallback
    }
    return setting.read(node) ?? setting.fallback
  }

  /// A value as it was written; nil where nothing was said.
  public func written(_ name: String) -> YAMLNode? { values[name] }

  /// Where a setting's value stands.
  public func position(of name: String) -> SourcePosition { values[name]?.position ?? position }

  /// Checks a mapping (or nothing) against declarations: unknown names, values that do not fit, what is missing.
  public static func check(
    _ node: YAMLNode, _ declarations: [SettingDeclaration], of owner: String, allowsOthers: Bool = false
  ) -> (values: SettingValues, faults: [ConfigurationFault]) {
    var faults: [ConfigurationFault] = []
    var values: [String: YAMLNode] = [:]
    if node.entries == nil, !node.isNull {
      faults.append(
        ConfigurationFault(node.position, "the settings of \(owner) are \(node.kind); expected a mapping"))
    }
    for entry in node.entries ?? [] {
      guard let declaration = declarations.first(where: { $0.name == entry.key }) else {
        if allowsOthers {
          values[entry.key] = entry.value
        } else if declarations.isEmpty {
          faults.append(ConfigurationFault(entry.keyPosition, "\(owner) has no settings, so no '\(entry.key)'"))
        } else {
          faults.append(
            .unknown("setting of \(owner)", entry.key, among: declarations.map(\.name), at: entry.keyPosition))
        }
        continue
      }
      values[entry.key] = entry.value
      if declaration.isOptional, entry.value.isNull { continue }
      faults += declaration.kind.faults(of: entry.value, name: declaration.name)
    }
    for declaration in declarations where declaration.isRequired && values[declaration.name] == nil {
      faults.append(
        ConfigurationFault(
          node.position,
          "\(owner) lacks '\(declaration.name)' (\(declaration.help.lowercasedFirst)); expected \(declaration.kind.expectation)"
        ))
    }
    return (SettingValues(values, at: node.position), faults)
  }
}

extension String {
  /// With a small letter at its beginning and without the full stop at its end.
  fileprivate var lowercasedFirst: String {
    let text = hasSuffix(".") ? String(dropLast()) : self
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
