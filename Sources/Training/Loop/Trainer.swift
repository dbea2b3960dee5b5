import Datasets
import Imaging
import NeuralNetwork
import Support
import TensorCore

/// The training loop: batches, steps, validation, what is kept. Interrupted at any point, it goes on from its last save with the
/// same bits, on any number of threads.
public final class Trainer {
  /// What a run works with.
  public struct Setup {
    /// What is learned.
    public var task: any TrainingTask
    /// All settings.
    public var recipe: TrainingRecipe
    /// The training samples.
    public var training: Loader<TrainingItem>
    /// The validation samples; nil for none.
    public var validation: Loader<TrainingItem>?
    /// Paths of parameters of layers that are new; they learn at the full rate where the others do not.
    public var newParameters: Set<String>
    /// What is written after an epoch and how: see `RunRecorder`.
    public var recorder: any RunRecorder

    /// A setup.
    public init(
      task: any TrainingTask, recipe: TrainingRecipe, training: Loader<TrainingItem>,
      validation: Loader<TrainingItem>?, newParameters: Set<String> = [], recorder: any RunRecorder
    ) {
      self.task = task
      self.recipe = recipe
      self.training = training
      self.validation = validation
      self.newParameters = newParameters
      self.recorder = recorder
    }
  }

  private let setup: Setup
  private var recipe: TrainingRecipe { setup.recipe }
  private let parameters: [Parameter]
  private var optimizer: Optimizer
  private var average: MovingAverage?
  private let schedule: TrainingSchedule
  private var progress = TrainingProgress()
  private let runner: StepRunner
  private var lastSave = ContinuousClock.now
  private let report: (TrainingEvent) -> Void
  private let isCancelled: () -> Bool

  /// A trainer; `report` hears of all that happens, `isCancelled` is asked after every step.
  public init(
    _ setup: Setup, isCancelled: @escaping () -> Bool = { false }, report: @escaping (TrainingEvent) -> Void
  ) throws {
    self.setup = setup
    self.report = report
    self.isCancelled = isCancelled
    parameters = setup.task.parameters.parameters
    optimizer = try setup.recipe.makeOptimizer(parameters, new: setup.newParameters)
    let trained = Set(parameters.filter { [optimizer] in optimizer.trains($0) }.map(\.path))
    guard !trained.isEmpty else { throw TrainingError.setting("every parameter is frozen; nothing would be learned") }
    average = setup.recipe.emaDecay.map { MovingAverage(.init(decay: $0, warmsUp: true)) }
    runner = StepRunner(setup.task, seed: UInt64(setup.recipe.seed), trained: trained)
    let samples = try setup.training.sampleCount(epoch: 0)
    // A rest of one picture is left out.
    let batch = setup.recipe.batch, rest = samples % batch, isUsed = rest > 1 || (rest == 1 && samples == 1)
    let steps = max(samples / batch + (isUsed ? 1 : 0), 1)
    schedule = try TrainingSchedule(
      setup.recipe, stepsPerEpoch: (steps + setup.recipe.accumulate - 1) / setup.recipe.accumulate)
  }

  /// Takes up a saved state. Throws where it is of another network or optimiser.
  public func resume(path: String) throws {
    let state = try TrainingState.read(path: path)
    for parameter in parameters {
      guard let tensor = state.model[parameter.path] else {
        throw TrainingError.damaged(
          path: path, fault: "\(parameter.path) is missing; is it the state of another model?")
      }
      guard tensor.spec == parameter.spec else {
        throw TrainingError.damaged(
          path: path, fault: "\(parameter.path) is \(tensor.spec); expected \(parameter.spec)")
      }
      try parameter.assign(tensor)
    }
    progress = state.progress
    try optimizer.restore(state.optimizer, steps: progress.step)
    average?.restore(state.average, updates: progress.step)
  }

  /// Runs to the end of the recipe's epochs.
  public func run() throws -> TrainingResult {
    let samples = try setup.training.sampleCount(epoch: 0)
    guard samples > 0 else { throw TrainingError.inconsistent("there are no training pictures") }
    report(.began(samples: samples, epoch: progress.epoch))
    if progress.step == 0, progress.epoch == 0 { try save() }
    var stoppedEarly = hasLostPatience
    while progress.epoch < recipe.epochs, !stoppedEarly {
      guard try trainEpoch(samples) else {
        try save()
        return result(stoppedEarly: false, wasInterrupted: true)
      }
      stoppedEarly = hasLostPatience
    }
    try setup.recorder.finish(progress.reports)
    return result(stoppedEarly: stoppedEarly, wasInterrupted: false)
  }

  private var hasLostPatience: Bool { recipe.patience.map { progress.sinceBest >= $0 } ?? false }

  private func result(stoppedEarly: Bool, wasInterrupted: Bool) -> TrainingResult {
    TrainingResult(
      best: progress.reports.last { $0.isBest }, last: progress.reports.last, stoppedEarly: stoppedEarly,
      wasInterrupted: wasInterrupted)
  }

  // MARK: An epoch

  /// A pass over the data and what follows; false where it was interrupted.
  private func trainEpoch(_ samples: Int) throws -> Bool {
    let epoch = progress.epoch, clock = ContinuousClock(), start = clock.now, before = progress.samples
    var accumulator = GradientAccumulator(), isInterrupted = false, rate = 0.0
    try setup.training.forEachBatch(epoch: epoch, from: progress.position) { items, position in
      // A norm over one picture of one pixel has nothing to go by; the rest of an epoch may be so small, also by a damaged file.
      guard items.count > 1 || recipe.batch == 1 || progress.samples == 0 else {
        progress.position = position
        return true
      }
      let random = RandomStream(seed: UInt64(recipe.seed), purpose: "batch/\(epoch)/\(position)")
      let tensors = try setup.task.tensors(
        for: items, BatchContext(random: random, isClosing: recipe.isClosing(epoch: epoch)))
      let step = try runner(tensors, step: progress.step &* recipe.accumulate &+ accumulator.count)
      let loss = Double(try step.loss.floats()[0])
      guard loss.isFinite else { throw TrainingError.diverged(epoch: epoch + 1, step: progress.step + 1) }
      for (path, value) in step.updates { try setup.task.parameters[path]?.assign(value) }
      progress.lossSum += loss * Double(items.count)
      progress.samples += items.count
      progress.position = position
      if recipe.accumulate > 1 { try accumulator.add(step.gradients, weight: 1 / Double(recipe.accumulate)) }
      if recipe.accumulate == 1 || accumulator.count == recipe.accumulate || position >= samples {
        rate = try apply(recipe.accumulate > 1 ? accumulator.take() : step.gradients, epoch)
      }
      noteQuarantine()
      report(
        .step(epoch: epoch + 1, done: position, of: samples, loss: progress.lossSum / Double(max(progress.samples, 1))))
      // Gradients that wait for others are not part of what is saved.
      isInterrupted = accumulator.count == 0 && isCancelled()
      guard !isInterrupted else { return false }
      if accumulator.count == 0, (clock.now - lastSave) / .seconds(60) > recipe.saveMinutes { try save() }
      return true
    }
    // The epoch may have ended otherwise than with a whole batch: by a rest of one picture, by damaged files.
    if !isInterrupted, accumulator.count > 0 { rate = try apply(accumulator.take(), epoch) }
    noteQuarantine()
    if isInterrupted, progress.position < samples { return false }
    guard progress.samples > 0 else { throw TrainingError.inconsistent("all training pictures are damaged") }
    let seconds = (clock.now - start) / .seconds(1)
    try finishEpoch(rate, Double(progress.samples - before) / max(seconds, 1e-9))
    return !isInterrupted
  }

  /// Changes the weights. Returns the rate.
  private func apply(_ gradients: [String: Tensor], _ epoch: Int) throws -> Double {
    var gradients = gradients, scale = 1.0
    if let limit = recipe.optimizer.clipValue { gradients = try gradients.clipped(toValue: limit) }
    if let limit = recipe.optimizer.clipNorm {
      let norm = try GradientNorm(gradients)
      guard norm.isFinite else { throw TrainingError.diverged(epoch: epoch + 1, step: progress.step + 1) }
      scale = norm.scale(clippingTo: limit)
    }
    let rate = schedule.rate(step: progress.step, plateau: progress.schedule)
    try optimizer.step(parameters, gradients: gradients, learningRate: rate, gradientScale: scale)
    try average?.update(parameters)
    progress.step += 1
    if let every = recipe.previewSteps, progress.step % every == 0 {
      setup.task.weightsChanged()
      if let picture = try setup.task.preview() { try setup.recorder.recordPreview(picture, step: progress.step) }
    }
    return rate
  }

  private func finishEpoch(_ rate: Double, _ imagesPerSecond: Double) throws {
    setup.task.weightsChanged()
    let score = setup.task.makeScore()
    if let average { try average.withValues(in: parameters) { try validate(score) } } else { try validate(score) }
    setup.task.weightsChanged()
    let loss = progress.lossSum / Double(progress.samples)
    let metrics = setup.validation == nil ? [] : score.metrics.map { EpochReport.Metric($0.name, $0.value) }
    let decisive = metrics.first?.value ?? loss, more = metrics.isEmpty ? false : score.isMoreBetter
    let best = progress.reports.last { $0.isBest }.map { $0.metrics.first?.value ?? $0.trainLoss }
    let isBest = !decisive.isNaN && (best.map { more ? decisive > $0 : decisive < $0 } ?? true)
    progress.sinceBest = isBest ? 0 : progress.sinceBest + 1
    progress.schedule = schedule.plateau(after: decisive, isMoreBetter: more, progress.schedule)
    let report = EpochReport(
      epoch: progress.epoch + 1, trainLoss: loss, metrics: metrics, learningRate: rate,
      imagesPerSecond: imagesPerSecond, isBest: isBest)
    progress.reports.append(report)
    progress.epoch += 1
    progress.position = 0
    progress.samples = 0
    progress.lossSum = 0
    // The state comes last: until it is there, an interrupted run does this epoch again and writes the same.
    let record = { try self.setup.recorder.record(self.progress.reports, score, self.setup.task.parameters) }
    if let average { try average.withValues(in: parameters, record) } else { try record() }
    try save()
    self.report(.epoch(report))
  }

  private func validate(_ score: any TrainingScore) throws {
    guard let validation = setup.validation else { return }
    let count = try validation.sampleCount(epoch: 0)
    try validation.forEachBatch(epoch: 0, from: 0) { items, position in
      try setup.task.predict(items, into: score)
      report(.validating(done: position, of: count))
      return true
    }
  }

  private func noteQuarantine() {
    let faults = (setup.training.quarantined + (setup.validation?.quarantined ?? [])).map(\.description)
    for fault in faults where !progress.quarantine.contains(fault) {
      progress.quarantine.append(fault)
      report(.note(fault))
    }
  }

  private func save() throws {
    var model: [String: Tensor] = [:]
    for parameter in parameters { model[parameter.path] = try parameter.value() }
    try setup.recorder.recordQuarantine(progress.quarantine)
    try TrainingState(model: model, average: average?.values ?? [:], optimizer: optimizer.state(), progress: progress)
      .write(path: setup.recorder.statePath, metadata: setup.recorder.metadata)
    lastSave = ContinuousClock.now
  }
}

/// Writes what a run leaves behind.
public protocol RunRecorder {
  /// Where the state is kept.
  var statePath: String { get }
  /// What weights files and the state say of the network.
  var metadata: [String: String] { get }
  /// Writes what an epoch leaves: the last of `reports` is its own. The parameters hold the weights that were validated.
  func record(_ reports: [EpochReport], _ score: any TrainingScore, _ parameters: ParameterStore) throws
  /// Writes a picture of what the network does after so many steps.
  func recordPreview(_ picture: Image, step: Int) throws
  /// Writes the list of damaged files.
  func recordQuarantine(_ faults: [String]) throws
  /// Ends the run.
  func finish(_ reports: [EpochReport]) throws
}
