import Configuration
import Imaging
import Support

/// A pipeline ready to run: checked, its models loaded, its outputs named.
///
/// ```swift
/// var definition = PipelineDefinition(name: "faces")
/// definition.add("read", ["inputs": "photos"])
/// definition.add("decode")
/// definition.add("detect", ["model": "yolox_nano", "confidence": 0.4])
/// let summary = try Pipeline(definition).run { outcome in print(outcome.lines) }
/// ```
public struct Pipeline: Sendable {
  /// The checked plan.
  public let plan: PipelinePlan
  let stages: [any Stage]
  let source: any SourceStage
  let inputs: RunInputs
  let shard: Shard?

  /// A pipeline of a definition. Throws `ConfigurationError` with all faults, or what goes wrong while models are
  /// loaded and output folders are made.
  public init(
    _ definition: PipelineDefinition, registry: StageRegistry = .standard, models: ModelFinder = .offline(),
    shard: Shard? = nil
  ) throws {
    var checker = PipelineChecker(registry, models)
    try self.init(checker.plan(definition), models: models, shard: shard)
  }

  /// A checked plan with its models loaded. `monitor` hears of stages that work long on one sample.
  public init(
    _ plan: PipelinePlan, models: ModelFinder, shard: Shard? = nil, monitor: WorkMonitor = WorkMonitor()
  ) throws {
    self.plan = plan
    self.shard = shard
    var stages: [any Stage] = []
    var source: (any SourceStage)?
    var inputs = RunInputs()
    var outputs = OutputClaims(inputs)
    for node in plan.nodes {
      let context = StageContext(
        name: node.name, kind: node.kind, input: node.parents.first.map { plan.nodes[$0].output }, models: models,
        inputs: inputs, outputs: outputs, shard: shard, monitor: monitor)
      let stage = try node.type.init(node.settings, context)
      if let begin = stage as? any SourceStage {
        source = begin
        inputs = RunInputs(begin)
        outputs = OutputClaims(inputs)
      }
      stages.append(stage)
    }
    guard let source else { throw ConfigurationError(SourcePosition(plan.name), "no stage begins a stream") }
    self.stages = stages
    self.source = source
    self.inputs = inputs
  }

  /// A definition, checked. Without `checksNames`, files, models and classes that are not there are found when the
  /// pipeline is made. Throws `ConfigurationError` with all faults.
  public static func plan(
    _ definition: PipelineDefinition, registry: StageRegistry = .standard, models: ModelFinder = .offline(),
    checksNames: Bool = true
  ) throws -> PipelinePlan {
    var checker = PipelineChecker(registry, models, checksNames: checksNames)
    return try checker.plan(definition)
  }

  /// A pipeline file, checked. Throws `FileError`, or `ConfigurationError` with all faults.
  public static func plan(
    path: String, overrides: [String] = [], registry: StageRegistry = .standard, models: ModelFinder = .offline()
  ) throws -> PipelinePlan {
    let changes = try Overrides.parse(overrides)
    var reader = PipelineReader()
    var definition = try reader.read(path: path)
    var checker = PipelineChecker(registry, models)
    if definition.training == nil { try Overrides.apply(changes, to: &definition) }
    return try checker.plan(definition, after: reader.faults)
  }

  /// A pipeline in a text, such as a file's.
  public static func plan(
    text: String, name: String, overrides: [String] = [], registry: StageRegistry = .standard,
    models: ModelFinder = .offline()
  ) throws -> PipelinePlan {
    let changes = try Overrides.parse(overrides)
    var reader = PipelineReader()
    var definition = reader.definition(try YAMLReader.read(text: text, name: name), name: name, folder: "")
    var checker = PipelineChecker(registry, models)
    if definition.training == nil { try Overrides.apply(changes, to: &definition) }
    return try checker.plan(definition, after: reader.faults)
  }

  /// How many inputs there are in this run.
  public var count: Int { places.count }

  /// The places of the inputs that this run takes.
  var places: [Int] {
    guard let shard else { return Array(0..<source.count) }
    return (0..<source.count).filter { shard.contains(source.name(at: $0)) }
  }

  /// Where a run says what is done: a hidden file beside its first results; nil where it writes none.
  public var journalPath: String? {
    for node in plan.nodes {
      guard let setting = node.declaration.settings.first(where: { $0.name == "output" }),
        let output = (node.settings.written("output") ?? setting.standard)?.text
      else { continue }
      let folder = Folder.exists(output) ? output : Path.parent(of: output)
      return Path.join(folder, ".\(plan.name.map { $0 == "/" ? "_" : $0 }.reduce("") { $0 + String($1) }).journal")
    }
    return nil
  }

  /// Why a run after an interruption cannot go on with it: a stage that remembers samples and cannot be told of them; nil
  /// where it can.
  public var cannotResume: String? {
    for (node, stage) in zip(plan.nodes, stages) where stage is any OrderedStage && !(stage is any RecallingStage) {
      return "the stage '\(node.name)' must see every input; --resume cannot leave any out"
    }
    return nil
  }

  /// Runs. `report` gets each input's outcome in order, on this thread.
  @discardableResult
  public func run(_ options: RunOptions = RunOptions(), report: (InputOutcome) -> Void = { _ in }) throws -> RunSummary
  {
    try PipelineRunner(self, options).run(report)
  }
}

/// How a pipeline is run.
public struct RunOptions: Sendable {
  /// Threads that decode, draw and write; nil for as many as processors.
  public var threads: Int?
  /// Whether to stop after what is under way.
  public var isCancelled: @Sendable () -> Bool = { false }
  /// Where the run says what is done, so that another can go on with it; nil for nowhere.
  public var journal: String?
  /// Whether inputs that the journal says are done are left out.
  public var resumes = false

  /// The defaults.
  public init() {}
}

/// What came of one input.
public struct InputOutcome: Sendable {
  /// Its name.
  public let name: String
  /// The samples that the last stage gave of it, or what went wrong.
  public let result: Result<[Item], any Error>
  /// Whether an earlier run had done it.
  public let wasDone: Bool
}

/// How a run ended.
public struct RunSummary: Sendable {
  /// Inputs that were done.
  public var done = 0
  /// Inputs that failed.
  public var failed = 0
  /// Inputs that an earlier run had done.
  public var skipped = 0
  /// Whether every input was seen.
  public var isWhole = false
  /// What stages say of the whole run, by their names.
  public var results: [(stage: String, values: [(String, JSONValue)])] = []
  /// Seconds that each stage took, by their names, all threads together.
  public var seconds: [(stage: String, seconds: Double, samples: Int)] = []
}
