import Configuration
import Support

/// Checks a definition: all that is wrong is found, before anything is loaded or read.
struct PipelineChecker {
  let registry: StageRegistry
  let models: ModelFinder
  /// Whether files, models and classes are looked for.
  let checksNames: Bool
  private var faults: [ConfigurationFault] = []

  init(_ registry: StageRegistry, _ models: ModelFinder, checksNames: Bool = true) {
    self.registry = registry
    self.models = models
    self.checksNames = checksNames
  }

  /// The plan. Throws `ConfigurationError` with every fault, those that were found before among them.
  mutating func plan(
    _ definition: PipelineDefinition, after earlier: [ConfigurationFault] = []
  ) throws(ConfigurationError) -> PipelinePlan {
    faults = earlier
    if let training = definition.training, definition.stages.isEmpty {
      throw ConfigurationError(
        [
          ConfigurationFault(
            training.position, "'\(definition.name)' is a training recipe; train with it: vision train FILE")
        ], exitCode: .usage)
    }
    if definition.stages.isEmpty, faults.isEmpty {
      faults.append(ConfigurationFault(definition.position, "there are no 'stages'"))
    }
    var references = References(definition)
    let stages = definition.stages.map { stage in
      var stage = stage
      stage.settings = mapping(references.resolve(stage.settings), registry.kinds[stage.kind]?.declaration.main)
      stage.from = stage.from?.map { references.resolve($0) }
      return stage
    }
    for parameter in definition.parameters where !references.used.contains(parameter.name) {
      // Its value is checked even where nobody reads it.
      if parameter.standard != nil { _ = references.value(of: parameter.name, at: parameter.position) }
    }
    faults += references.faults
    for stage in stages where registry.kinds[stage.kind] == nil {
      faults.append(.unknown("stage", stage.kind, among: registry.kinds.keys.sorted(), at: stage.position))
    }
    let parents = links(stages)
    let order = sorted(stages, parents)
    var nodes: [PipelinePlan.Node?] = Array(repeating: nil, count: stages.count)
    for index in order { nodes[index] = node(stages[index], parents[index], nodes) }
    guard faults.isEmpty else {
      // What is wrong on the command line alone is wrong usage.
      let isUsage = faults.allSatisfy { $0.position.file == Overrides.origin.file }
      throw ConfigurationError(
        faults.sorted { $0.position < $1.position }, exitCode: isUsage ? .usage : nil)
    }
    let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let made = order.compactMap { nodes[$0] }.map { node in
      PipelinePlan.Node(
        name: node.name, kind: node.kind, position: node.position, settings: node.settings, written: node.written,
        parents: node.parents.compactMap { place[$0] }, isLinked: node.isLinked, output: node.output,
        declaration: node.declaration, type: node.type)
    }
    return PipelinePlan(
      name: definition.name, help: definition.help, nodes: made, last: place[stages.count - 1] ?? made.count - 1,
      record: definition.record)
  }

  /// Settings as a mapping: a value that stands alone is the main setting's.
  private func mapping(_ node: YAMLNode, _ main: String?) -> YAMLNode {
    guard let main else { return node }
    if let entries = node.entries {
      guard let index = entries.firstIndex(where: { $0.key.isEmpty }) else { return node }
      var named = entries
      named[index].key = main
      if named.filter({ $0.key == main }).count > 1 { named.remove(at: index) }
      return YAMLNode(.mapping(named), at: node.position)
    }
    if node.isNull { return node }
    return YAMLNode(.mapping([YAMLNode.Entry(main, node)]), at: node.position)
  }

  /// For each stage the places of those it reads.
  private mutating func links(_ stages: [PipelineDefinition.StageNode]) -> [[Int]] {
    stages.enumerated().map { index, stage in
      let effect = registry.kinds[stage.kind]?.declaration.effect
      guard let from = stage.from else { return index == 0 || effect == .begins ? [] : [index - 1] }
      if effect == .begins {
        faults.append(ConfigurationFault(stage.position, "\(stage.kind) begins a stream; it reads 'from' none"))
        return []
      }
      var parents: [Int] = []
      for name in from {
        guard let text = name.text, !name.isNull else { continue }
        guard let parent = stages.firstIndex(where: { $0.name == text }) else {
          faults.append(.unknown("stage", text, among: stages.map(\.name), at: name.position))
          continue
        }
        if parents.contains(parent) {
          faults.append(ConfigurationFault(name.position, "'\(text)' is named twice"))
        } else {
          parents.append(parent)
        }
      }
      return parents
    }
  }

  /// The stages, each after those it reads, else as written. Stages in a cycle are a fault and are left out.
  private mutating func sorted(_ stages: [PipelineDefinition.StageNode], _ parents: [[Int]]) -> [Int] {
    var order: [Int] = []
    var done = Set<Int>()
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for index in stages.indices where !done.contains(index) && parents[index].allSatisfy(done.contains) {
        order.append(index)
        done.insert(index)
        isGrowing = true
      }
    }
    guard let start = stages.indices.first(where: { !done.contains($0) }) else { return order }
    var path = [start]
    while let next = parents[path[path.count - 1]].first(where: { !done.contains($0) }) {
      if let begin = path.firstIndex(of: next) {
        let names = (path[begin...] + [next]).reversed().map { stages[$0].name }
        faults.append(
          ConfigurationFault(
            stages[next].position, "the stages read each other in a circle: \(names.joined(separator: " -> "))"))
        break
      }
      path.append(next)
    }
    return order
  }

  /// A stage with its settings and streams checked; nil where its kind is unknown.
  private mutating func node(
    _ stage: PipelineDefinition.StageNode, _ parents: [Int], _ nodes: [PipelinePlan.Node?]
  ) -> PipelinePlan.Node? {
    guard let kind = registry.kinds[stage.kind] else { return nil }
    let declaration = kind.declaration
    var settingsNode = stage.settings
    if settingsNode.isNull { settingsNode = YAMLNode(.mapping([]), at: stage.position) }
    let (settings, wrong) = SettingValues.check(
      settingsNode, declaration.settings, of: stage.kind, allowsOthers: declaration.allowsOtherSettings)
    faults += wrong
    for declared in declaration.settings where checksNames {
      guard case .file = declared.kind, let value = settings.written(declared.name), let path = value.text,
        !value.isNull, !path.isEmpty, FileIdentity(path: path) == nil
      else { continue }
      faults.append(ConfigurationFault(value.position, "there is no file '\(path)'"))
    }
    let inputs = parents.compactMap { nodes[$0]?.output }
    guard inputs.count == parents.count else {
      // Where what it reads is faulty itself, nothing can be said of the stream; of its names, much.
      if checksNames {
        faults += kind.type.faults(settings, CheckContext(input: nil, kind: stage.kind, models: models))
      }
      return nil
    }
    let input = merged(inputs, stage, declaration)
    if declaration.effect != .begins, parents.isEmpty, stage.from == nil {
      faults.append(
        ConfigurationFault(
          stage.position, "\(stage.kind) reads a stream, and there is none before it; begin with 'read' or 'dataset'"))
      return nil
    }
    if declaration.effect == .begins, nodes.contains(where: { $0?.parents.isEmpty == true }) {
      faults.append(
        ConfigurationFault(
          stage.position, "a second stream begins here; a pipeline has one source (which may take several folders)"))
    }
    if declaration.effect != .begins, input == nil { return nil }
    if let input {
      for missing in declaration.needs.subtracting(input.components).sorted() {
        faults.append(ConfigurationFault(stage.position, Self.lacks(stage, missing, input, registry)))
      }
    }
    let context = CheckContext(input: input, kind: stage.kind, models: models)
    if checksNames { faults += kind.type.faults(settings, context) }
    var output = input ?? StreamType([], origin: stage.name)
    output.components = output.components.subtracting(declaration.drops).union(declaration.gives)
    switch declaration.effect {
    case .begins: output.origin = stage.name
    case .cuts:
      output.outer = output.outer + [output.origin]
      output.origin = stage.name
    case .gathers, .keeps: break
    }
    if wrong.isEmpty { output.labels = kind.type.labels(settings, context) }
    return PipelinePlan.Node(
      name: stage.name, kind: stage.kind, position: stage.position, settings: settings, written: settingsNode,
      parents: parents, isLinked: stage.from != nil, output: output, declaration: declaration, type: kind.type)
  }

  private static func lacks(
    _ stage: PipelineDefinition.StageNode, _ missing: Component, _ input: StreamType, _ registry: StageRegistry
  ) -> String {
    let makers = registry.declarations.filter { $0.gives.contains(missing) && $0.effect != .begins }.map(\.name)
    let sources = registry.declarations.filter { $0.gives.contains(missing) && $0.effect == .begins }.map(\.name)
    let advice = (makers.isEmpty ? sources : makers).prefix(3).joined(separator: " or ")
    let has = input.components.isEmpty ? "nothing" : input.description
    return
      "\(stage.kind) needs \(missing.rawValue), and the stream has \(has); put \(advice.isEmpty ? "a stage" : advice) before it"
  }

  /// The stream that a stage reads, joined where it reads several.
  private mutating func merged(
    _ inputs: [StreamType], _ stage: PipelineDefinition.StageNode, _ declaration: StageDeclaration
  ) -> StreamType? {
    guard var result = inputs.first else { return nil }
    if declaration.effect == .gathers {
      guard inputs.count == 2, inputs[1].outer.last == inputs[0].origin else {
        faults.append(
          ConfigurationFault(
            stage.position,
            "\(stage.kind) reads two streams: 'from: [WHOLE, PARTS]', the parts cut out of the whole"))
        return nil
      }
      return result
    }
    for other in inputs.dropFirst() {
      guard other.origin == result.origin, other.outer == result.outer else {
        faults.append(
          ConfigurationFault(
            stage.position,
            "streams of '\(result.origin)' and of '\(other.origin)' cannot be joined: their samples are not the same (gather brings parts back)"
          ))
        return nil
      }
      result.components.formUnion(other.components)
      result.labels = result.labels ?? other.labels
    }
    return result
  }
}
