import Catalog
import Checkpoints
import Downloads
import Support
import Training

/// Runs a training and tells of it: a line an epoch on standard output, a bar on standard error.
enum TrainingReporter {
  /// Trains, and ends the command with the right code.
  static func train(_ recipe: TrainingRecipe, in folder: RunFolder, resume: Bool, offline: Bool, json: Bool) throws {
    let result = try run(recipe, in: folder, resume: resume, offline: offline, json: json)
    if result.wasInterrupted {
      Console.shared.note("interrupted; go on with: vision train --resume \(folder.path)")
      throw CommandEnd(code: .interrupted)
    }
  }

  /// Trains. Throws what cannot be trained.
  static func run(
    _ recipe: TrainingRecipe, in folder: RunFolder, resume: Bool, offline: Bool, json: Bool
  ) throws -> TrainingResult {
    let locator = WeightsLocator.standard(isOffline: offline)
    let loader = ModelLoader(locator: locator) { manifest in
      defer { Console.shared.endProgress() }
      let pulled = try WeightsLibrary(locator: locator).pull(manifest, progress: ModelLoading.progress)
      for note in pulled.notes { Console.shared.warning(note) }
    }
    let session: TrainingSession
    do { session = try TrainingSession(recipe, loader: loader, folder: folder, resume: resume) } catch {
      Folder.removeIfEmpty(folder.path)
      throw error
    }
    Console.shared.note(
      "\(session.model.entry.id): \(session.model.parameters.trainableCount) parameters"
        + (session.model.weightsPath.map { " from \($0)" } ?? "") + ", \(session.labels.count) classes, "
        + "\(session.training.count) training and \(session.validation?.count ?? 0) validation pictures")
    if !session.model.notLoaded.isEmpty {
      Console.shared.note("new, not loaded: \(session.model.notLoaded.joined(separator: ", "))")
    }
    for note in session.notes { Console.shared.note(note) }
    var bar: TrainingBar?
    let result = try session.run(isCancelled: { Console.isRunCancelled }) { event in
      switch event {
      case .began: break
      case .step(let epoch, let done, let total, let loss):
        if bar?.epoch != epoch { bar = TrainingBar(epoch: epoch, of: recipe.epochs, total: total, from: done) }
        bar?.show(done, loss)
      case .validating(let done, let total): Console.shared.progress("validating \(done)/\(total)")
      case .epoch(let report):
        Console.shared.endProgress()
        Console.shared.result(json ? Self.json(report).text : Self.text(report, of: recipe.epochs))
      case .note(let text): Console.shared.warning("left out: \(text)")
      }
    }
    Console.shared.endProgress()
    if result.stoppedEarly { Console.shared.note("stopped: no better result in \(recipe.patience ?? 0) epochs") }
    if !result.wasInterrupted { end(result, folder, json) }
    return result
  }

  private static func end(_ result: TrainingResult, _ folder: RunFolder, _ json: Bool) {
    guard json else {
      let best =
        result.best.map {
          $0.metrics.isEmpty ? "nothing held out to validate on" : "best: epoch \($0.epoch), \(numbers($0))"
        }
        ?? "no epoch gave a number"
      return Console.shared.result("\(folder.path): \(best)")
    }
    let best = result.best.map { report in
      JSONValue.object([("epoch", .int(report.epoch))] + report.metrics.map { ($0.name, .double($0.value)) })
    }
    Console.shared.result(JSONValue.object([("run", .string(folder.path)), ("best", best ?? .null)]).text)
  }

  /// What the folds of a cross-validation came to: the mean and the deviation of each number.
  static func reportFolds(_ results: [EpochReport], folder: RunFolder, json: Bool) {
    guard let first = results.first else { return }
    let rows = first.metrics.map { metric -> (String, Double, Double) in
      let values = results.compactMap { $0.metrics.first { $0.name == metric.name }?.value }
      let mean = values.reduce(0, +) / Double(values.count)
      let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count - 1, 1))
      return (metric.name, mean, spread.squareRoot())
    }
    if json {
      let metrics = rows.map { ($0.0, JSONValue.object([("mean", .double($0.1)), ("deviation", .double($0.2))])) }
      Console.shared.result(
        JSONValue.object([("run", .string(folder.path)), ("folds", .int(results.count)), ("metrics", .object(metrics))])
          .text)
    } else {
      let text = rows.map { "\($0.0) \(Shown.decimals($0.1, 4)) ± \(Shown.decimals($0.2, 4))" }.joined(separator: ", ")
      Console.shared.result("\(folder.path): \(results.count) folds, \(text)")
    }
  }

  private static func numbers(_ report: EpochReport) -> String {
    report.metrics.map { "\($0.name) \(Shown.decimals($0.value, 4))" }.joined(separator: ", ")
  }

  private static func text(_ report: EpochReport, of epochs: Int) -> String {
    "epoch \(report.epoch)/\(epochs): loss \(Shown.decimals(report.trainLoss, 4))"
      + (report.metrics.isEmpty ? "" : ", " + numbers(report))
      + ", rate \(report.learningRate), \(Shown.decimals(report.imagesPerSecond, 1)) images/s"
      + (report.isBest ? " *" : "")
  }

  private static func json(_ report: EpochReport) -> JSONValue {
    .object([
      ("epoch", .int(report.epoch)), ("train_loss", .double(report.trainLoss)),
      ("metrics", .object(report.metrics.map { ($0.name, .double($0.value)) })),
      ("learning_rate", .double(report.learningRate)), ("images_per_second", .double(report.imagesPerSecond)),
    ])
  }
}

/// How far an epoch is: a bar with the loss, the rate and the time left on a terminal, a line now and then elsewhere.
struct TrainingBar {
  let epoch: Int
  private let epochs: Int, total: Int, first: Int
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now

  init(epoch: Int, of epochs: Int, total: Int, from first: Int) {
    self.epoch = epoch
    self.epochs = epochs
    self.total = total
    self.first = first
  }

  mutating func show(_ done: Int, _ loss: Double) {
    let now = ContinuousClock.now
    guard now - lastShown >= (Console.isTerminal ? .milliseconds(100) : .seconds(15)) else { return }
    lastShown = now
    let seconds = (now - start) / .seconds(1), rate = Double(done - first) / max(seconds, 1e-9)
    let left = Int((Double(total - done) / max(rate, 1e-9)).rounded())
    let text =
      "epoch \(epoch)/\(epochs): \(done)/\(total), loss \(Shown.decimals(loss, 4)), \(Shown.decimals(rate, 1)) images/s, "
      + "\(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
    guard Console.isTerminal else { return Console.shared.note(text) }
    let filled = 24 * done / max(total, 1)
    Console.shared.progress(
      "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled) + "] " + text)
  }
}
