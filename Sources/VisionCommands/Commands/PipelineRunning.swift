import ArgumentParser
import Checkpoints
import Configuration
import Downloads
import Imaging
import Pipelines
import Support

/// Runs pipelines for commands: reports each input, shows how far the run is, ends with the right code.
enum PipelineRunning {
  /// How a command runs one.
  struct Options {
    var json = false
    var threads: Int?
    var profile = false
    var record: String?
    var resume = false
    var writesJournal = false
    var shard: Shard?
  }

  /// Finds and loads models, with notes and progress on standard error.
  static func models(offline: Bool) -> ModelFinder {
    let locator = WeightsLocator.standard(isOffline: offline)
    let warned: @Sendable (String) -> Void = { Console.shared.warning($0) }
    let packed = KeptWeights.cache(locator)
    return ModelFinder(locator: locator, packed: packed, loaded: ModelLoading.note, warned: warned) { manifest in
      defer { Console.shared.endProgress() }
      let pulled = try WeightsLibrary(locator: locator).pull(manifest, progress: ModelLoading.progress)
      for note in pulled.notes { Console.shared.warning(note) }
    }
  }

  /// Runs the pipeline that a command is, or prints it. What it names (models, files) is found out as it is used, so that
  /// an error says what the command's options are about.
  static func run(
    _ definition: PipelineDefinition, _ shown: PipelineOptions, offline: Bool, _ common: CommonOptions
  ) throws {
    let models = models(offline: offline)
    let plan = try located { try Pipeline.plan(definition, models: models, checksNames: false) }
    if shown.printPipeline { return Console.shared.result(String(plan.text.dropLast())) }
    var options = Options()
    options.json = common.json
    options.threads = common.threads
    try run(plan, models, options)
  }

  /// Tells all faults of a pipeline, a line each, and ends the command.
  static func located<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as ConfigurationError {
      for fault in error.faults { Console.shared.line("error: " + Failure(plain: fault.description).line) }
      throw CommandEnd(code: error.exitCode)
    }
  }

  /// Runs a plan.
  static func run(_ plan: PipelinePlan, _ models: ModelFinder, _ options: Options) throws {
    if options.record != nil { WeightsHashes.want() }
    let monitor = WorkMonitor(isCancelled: { Console.isRunCancelled }, report: StepProgress().report)
    let pipeline = try located { try Pipeline(plan, models: models, shard: options.shard, monitor: monitor) }
    var run = RunOptions()
    run.threads = options.threads
    run.isCancelled = { Console.isRunCancelled }
    if options.writesJournal, pipeline.cannotResume == nil { run.journal = pipeline.journalPath }
    run.resumes = options.resume
    if options.resume {
      if let reason = pipeline.cannotResume { throw PipelineError.cannotResume(reason) }
      if run.journal == nil {
        throw PipelineError.cannotResume("the pipeline writes no files, so there is nothing that --resume could keep")
      }
    }
    let total = pipeline.count
    var progress = Progress(total: total, unit: "images")
    var tally = Tally()
    let clock = ContinuousClock(), start = clock.now
    let summary = try pipeline.run(run) { outcome in
      switch outcome.result {
      case .success(let items):
        for item in items {
          Console.shared.result(options.json ? JSONValue.object(item.record).text : item.line)
        }
        tally.add(success: true)
      case .failure(let error):
        let failure = Failure(error, subject: outcome.name)
        if options.json {
          Console.shared.result(JSONValue.object([("image", .string(outcome.name)), ("error", failure.json)]).text)
        }
        Console.shared.error(failure)
        tally.add(success: false, code: failure.exitCode)
      }
      progress.advance()
    }
    Console.shared.endProgress()
    for (stage, values) in summary.results {
      let text = values.map { "\($0.0) \($0.1.text)" }.joined(separator: ", ")
      Console.shared.result(
        options.json ? JSONValue.object([("stage", .string(stage))] + values).text : "\(stage): \(text)")
    }
    if summary.skipped > 0 { Console.shared.note("\(summary.skipped) of \(total) images were done before") }
    if !summary.isWhole, run.journal != nil { Console.shared.note("--resume goes on where this run stopped") }
    if options.profile { Console.shared.line(summary.profile(wall: (clock.now - start) / .seconds(1))) }
    if let record = options.record {
      try AtomicFile.write(Array(RunRecord(pipeline, version: VisionVersion.current).text.utf8), to: record)
    }
    try tally.end(of: total, "images")
  }
}

/// Finds pipelines by name.
enum PipelineFiles {
  /// The file of an argument: a path, or the name of one in the folder of pipelines.
  static func find(_ name: String) -> String {
    guard !name.contains("/"), FileIdentity(path: name) == nil else { return name }
    let file = name.hasSuffix(".yaml") ? name : name + ".yaml"
    if let home = try? WeightsHome.find(), !home.isBuiltIn {
      let path = Path.join(home.pipelines, file)
      if FileIdentity(path: path) != nil { return path }
    }
    return name
  }

  /// The names of those that come along: pipelines, or recipes of training.
  static func names(isTraining: Bool) -> [String] {
    guard let home = try? WeightsHome.find(), !home.isBuiltIn, let files = try? Folder.names(in: home.pipelines) else {
      return []
    }
    let prefixes = ["train-", "finetune-"]
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
      .filter { name in prefixes.contains(where: name.hasPrefix) == isTraining }
  }
}

/// Options of commands that are pipelines.
struct PipelineOptions: ParsableArguments {
  @Flag(help: "Print the pipeline that this command is, as a file for 'vision run', and run nothing.")
  var printPipeline = false
}

extension ModelOptions {
  /// The settings of a stage that runs a model.
  func settings(_ model: String?) -> PipelineValue {
    [
      "model": model.map { .text($0) } ?? .none, "weights": weights.map { .text($0) } ?? .none,
      "seed": seed == 0 ? .none : .integer(Int(clamping: seed)), "batch": batch == 1 ? .none : .integer(batch),
      "precision": precision == .fp32 ? .none : .text(precision.rawValue),
    ]
  }
}

extension ImageLimitOptions {
  /// The settings of the stage that decodes: what is not as usual.
  var settings: PipelineValue {
    let standard = ImageLimits.standard
    return [
      "max_pixels": maxPixels == standard.maximumPixels ? .none : .integer(maxPixels),
      "max_file_bytes": maxFileBytes == standard.maximumFileBytes ? .none : .integer(maxFileBytes),
      "max_scans": maxScans == standard.maximumScans ? .none : .integer(maxScans),
    ]
  }
}

extension PipelineValue {
  /// A list of texts; a single one as itself.
  static func texts(_ values: [String]) -> PipelineValue {
    values.count == 1 ? .text(values[0]) : .list(values.map { .text($0) })
  }

  /// A number with the digits that a person would write.
  static func decimal(_ value: Float) -> PipelineValue { .number(Double("\(value)") ?? Double(value)) }

  /// Both maps' entries.
  static func + (a: PipelineValue, b: PipelineValue) -> PipelineValue {
    guard case .map(let first) = a, case .map(let second) = b else { return a }
    return .map(first + second)
  }
}
