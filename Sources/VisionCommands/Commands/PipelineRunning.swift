import Checkpoints
import Configuration
import Downloads
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
    return ModelFinder(locator: locator) { manifest in
      defer { Console.shared.endProgress() }
      let pulled = try WeightsLibrary(locator: locator).pull(manifest, progress: ModelLoading.progress)
      for note in pulled.notes { Console.shared.warning(note) }
    }
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
    let pipeline = try located { try Pipeline(plan, models: models, shard: options.shard) }
    var run = RunOptions()
    run.threads = options.threads
    run.isCancelled = { Console.isRunCancelled }
    if options.writesJournal { run.journal = pipeline.journalPath }
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
}
