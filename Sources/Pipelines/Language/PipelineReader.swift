import Configuration
import Support

/// Reads pipeline files: their words, what they extend. All faults of all files at once.
struct PipelineReader {
  static let keys = ["name", "help", "extends", "parameters", "environment", "stages", "set", "train", "record"]
  static let stageKeys = ["name", "from"]
  private(set) var faults: [ConfigurationFault] = []
  private var open: [FileIdentity] = []

  /// The definition of a file. Throws `FileError` and `ConfigurationError` where the file itself cannot be read; all
  /// else is a fault.
  mutating func read(path: String) throws -> PipelineDefinition {
    let identity = FileIdentity(path: path)
    let node = try YAMLReader.read(path: path)
    if let identity { open.append(identity) }
    defer { if identity != nil { open.removeLast() } }
    return definition(node, name: Path.stem(of: path), folder: Path.parent(of: path))
  }

  /// The definition of a document. Relative names of `extends` are looked for in `folder`.
  mutating func definition(_ node: YAMLNode, name: String, folder: String) -> PipelineDefinition {
    var result = PipelineDefinition(name: name, position: node.position)
    guard let entries = node.entries else {
      faults.append(ConfigurationFault(node.position, "a pipeline is \(node.kind); expected a mapping with 'stages'"))
      return result
    }
    if let base = node["extends"] { result = extended(base, folder, result) }
    result.name = name
    for entry in entries {
      switch entry.key {
      case "name": result.name = text(entry) ?? name
      case "help": result.help = text(entry) ?? ""
      case "extends": break
      case "parameters": parameters(entry.value, &result)
      case "environment": environment(entry.value, &result)
      case "stages": stages(entry.value, &result)
      case "set": changes(entry.value, &result)
      case "train":
        result.training = result.training.map { $0.merged(with: entry.value) } ?? entry.value
      case "record": result.record = entry.value
      default: faults.append(.unknown("word", entry.key, among: Self.keys, at: entry.keyPosition))
      }
    }
    return result
  }

  private mutating func text(_ entry: YAMLNode.Entry) -> String? {
    if entry.value.text == nil || entry.value.isNull {
      faults.append(
        ConfigurationFault(entry.value.position, "\(entry.key) is \(entry.value.kind); expected a text"))
    }
    return entry.value.text
  }

  private mutating func extended(_ base: YAMLNode, _ folder: String, _ empty: PipelineDefinition) -> PipelineDefinition
  {
    guard let name = base.text, !base.isNull else {
      faults.append(ConfigurationFault(base.position, "extends is \(base.kind); expected the name of a file"))
      return empty
    }
    let path = name.hasPrefix("/") ? name : Path.join(folder, name)
    if let identity = FileIdentity(path: path), open.contains(identity) {
      faults.append(ConfigurationFault(base.position, "'\(name)' extends this file itself"))
      return empty
    }
    guard open.count < 16 else {
      faults.append(ConfigurationFault(base.position, "more than 16 files extend each other"))
      return empty
    }
    do { return try read(path: path) } catch let error as ConfigurationError {
      faults += error.faults
    } catch { faults.append(ConfigurationFault(base.position, "\(error)")) }
    return empty
  }

  private mutating func parameters(_ node: YAMLNode, _ result: inout PipelineDefinition) {
    guard let entries = node.entries else {
      if !node.isNull {
        faults.append(ConfigurationFault(node.position, "parameters are \(node.kind); expected a mapping"))
      }
      return
    }
    for entry in entries {
      let parameter = ParameterReader.parameter(entry, &faults)
      if let index = result.parameters.firstIndex(where: { $0.name == entry.key }) {
        result.parameters[index] = parameter
      } else {
        result.parameters.append(parameter)
      }
    }
  }

  private mutating func environment(_ node: YAMLNode, _ result: inout PipelineDefinition) {
    if let elements = node.elements {
      for element in elements {
        guard let name = element.text, !name.isEmpty else {
          faults.append(ConfigurationFault(element.position, "a variable is \(element.kind); expected its name"))
          continue
        }
        result.environment.append(YAMLNode.Entry(name, .plain("", at: element.position)))
      }
    } else if let entries = node.entries {
      result.environment += entries
    } else {
      faults.append(
        ConfigurationFault(
          node.position, "environment is \(node.kind); expected a list of variables, or a mapping of them to defaults"))
    }
  }

  private mutating func changes(_ node: YAMLNode, _ result: inout PipelineDefinition) {
    guard let entries = node.entries else {
      faults.append(
        ConfigurationFault(node.position, "set is \(node.kind); expected a mapping of stages to settings"))
      return
    }
    for entry in entries {
      guard let index = result.stages.firstIndex(where: { $0.name == entry.key }) else {
        faults.append(
          .unknown("stage", entry.key, among: result.stages.map(\.name), at: entry.keyPosition))
        continue
      }
      guard let settings = entry.value.entries else {
        faults.append(
          ConfigurationFault(
            entry.value.position, "the settings of \(entry.key) are \(entry.value.kind); expected a mapping"))
        continue
      }
      for setting in settings { result.stages[index].set(setting) }
    }
  }

  private mutating func stages(_ node: YAMLNode, _ result: inout PipelineDefinition) {
    guard let elements = node.elements else {
      faults.append(ConfigurationFault(node.position, "stages are \(node.kind); expected a list"))
      return
    }
    let inherited = result.stages.count
    for element in elements {
      guard let stage = stage(element) else { continue }
      if let index = result.stages.firstIndex(where: { $0.name == stage.name }) {
        if index < inherited {
          result.stages[index] = stage
        } else {
          faults.append(
            ConfigurationFault(
              stage.position,
              stage.isNamed
                ? "the name '\(stage.name)' is given twice"
                : "a second stage '\(stage.name)'; give one of them a name of its own"))
        }
      } else {
        result.stages.append(stage)
      }
    }
  }

  /// A stage: a word, or a mapping of its kind to its settings, with `name` and `from`.
  private mutating func stage(_ node: YAMLNode) -> PipelineDefinition.StageNode? {
    if let kind = node.text, !node.isNull {
      return PipelineDefinition.StageNode(
        name: kind, kind: kind, position: node.position, settings: .plain("", at: node.position), from: nil,
        isNamed: false)
    }
    let others = (node.entries ?? []).filter { !Self.stageKeys.contains($0.key) }
    guard let kind = others.first else {
      faults.append(
        ConfigurationFault(
          node.position, "a stage is \(node.kind); expected its kind with its settings, such as 'detect: {}'"))
      return nil
    }
    for other in others.dropFirst() {
      faults.append(
        ConfigurationFault(
          other.keyPosition,
          "'\(other.key)' stands in the stage '\(kind.key)'; indent it further for a setting, or begin a stage with '- '"
        ))
    }
    var name = kind.key
    if let given = node.entries?.first(where: { $0.key == "name" }) { name = text(given) ?? name }
    if name.isEmpty || name.contains(".") || name.contains("=") {
      faults.append(ConfigurationFault(node.position, "a stage's name is '\(name)'; expected one without '.' and '='"))
    }
    let from = node["from"].map { $0.elements ?? [$0] }
    for parent in from ?? [] where parent.text == nil || parent.isNull {
      faults.append(ConfigurationFault(parent.position, "from is \(parent.kind); expected the names of stages"))
    }
    return PipelineDefinition.StageNode(
      name: name, kind: kind.key, position: kind.keyPosition, settings: kind.value, from: from,
      isNamed: node["name"] != nil)
  }
}

extension YAMLNode {
  /// A mapping with another's entries in place of its own, mappings in both merged likewise; else the other.
  fileprivate func merged(with other: YAMLNode) -> YAMLNode {
    guard var result = entries, let others = other.entries else { return other }
    for entry in others {
      if let index = result.firstIndex(where: { $0.key == entry.key }) {
        result[index] = Entry(entry.key, result[index].value.merged(with: entry.value), at: entry.keyPosition)
      } else {
        result.append(entry)
      }
    }
    return YAMLNode(.mapping(result), at: other.position)
  }
}

extension PipelineDefinition.StageNode {
  /// Sets one setting; a main setting that stands alone becomes a mapping when its kind is known.
  mutating func set(_ entry: YAMLNode.Entry) {
    var entries = settings.entries ?? (settings.isNull ? [] : [YAMLNode.Entry("", settings)])
    if let index = entries.firstIndex(where: { $0.key == entry.key }) {
      entries[index].value = entry.value
    } else {
      entries.append(entry)
    }
    settings = YAMLNode(.mapping(entries), at: settings.position)
  }
}
