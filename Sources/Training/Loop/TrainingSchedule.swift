import NeuralNetwork

/// The learning rate of a recipe, step by step.
struct TrainingSchedule: Sendable {
  private let base: Double
  private let schedule: LearningRateSchedule
  private let plateau: PlateauSchedule?
  private let stepsPerEpoch: Int, epochs: Int

  /// Throws `TrainingError.setting` where settings of the schedule are missing.
  init(_ recipe: TrainingRecipe, stepsPerEpoch: Int) throws(TrainingError) {
    let settings = recipe.schedule
    base = recipe.optimizer.learningRate
    epochs = recipe.epochs
    self.stepsPerEpoch = stepsPerEpoch
    let course: LearningRateSchedule.Course
    var falling: PlateauSchedule?
    switch settings.name {
    case "step": course = .step(every: settings.stepEpochs, factor: settings.factor)
    case "multi_step":
      guard !settings.milestones.isEmpty else {
        throw .setting("a multi_step schedule needs milestones, the epochs of its drops")
      }
      course = .multiStep(at: settings.milestones.map { Int($0.rounded()) }, factor: settings.factor)
    case "exponential": course = .exponential(factor: settings.factor)
    case "cosine": course = .cosine(floor: settings.floor)
    case "one_cycle": course = .oneCycle(.init(rise: settings.rise))
    case "polynomial": course = .polynomial(power: settings.power)
    case "plateau":
      course = .constant
      falling = PlateauSchedule(factor: settings.factor, patience: settings.patience, floor: settings.floor)
    default: course = .constant
    }
    plateau = falling
    // What falls in drops does so between epochs, what falls smoothly at every step.
    let isSmooth = ["cosine", "one_cycle", "polynomial"].contains(settings.name) || settings.warmupEpochs > 0
    let isByEpoch = ["step", "multi_step", "exponential"].contains(settings.name)
    let warmup =
      settings.warmupEpochs > 0
      ? LearningRateSchedule.Warmup(epochs: settings.warmupEpochs, startFactor: settings.warmupFactor) : nil
    schedule = LearningRateSchedule(course, warmup: warmup, isPerStep: isSmooth && !isByEpoch)
  }

  func rate(step: Int, plateau state: PlateauSchedule.State?) -> Double {
    schedule.rate(base: base, step: step, stepsPerEpoch: stepsPerEpoch, epochs: epochs) * (state?.factor ?? 1)
  }

  /// What is remembered after an epoch with this result.
  func plateau(after metric: Double, isMoreBetter: Bool, _ state: PlateauSchedule.State?) -> PlateauSchedule.State? {
    guard var plateau else { return nil }
    plateau.goal = isMoreBetter ? .higher : .lower
    var state = state ?? PlateauSchedule.State()
    plateau.update(&state, metric: metric)
    return state
  }
}

extension TrainingRecipe {
  /// The optimiser and its groups of parameters; those in `new` learn at the full rate.
  func makeOptimizer(_ parameters: [Parameter], new: Set<String>) throws -> Optimizer {
    let settings = optimizer
    let method: OptimizerMethod
    switch settings.name {
    case "adam":
      method = .adam(
        .init(
          beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon, weightDecay: settings.weightDecay))
    case "adamw":
      method = .adamW(
        beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon, weightDecay: settings.weightDecay)
    case "rmsprop":
      method = .rmsProp(
        .init(
          alpha: settings.alpha, epsilon: settings.epsilon, weightDecay: settings.weightDecay,
          momentum: settings.momentum))
    default:
      method = .sgd(
        .init(momentum: settings.momentum, nesterov: settings.nesterov, weightDecay: settings.weightDecay))
    }
    var groups: [ParameterGroup] = []
    if !settings.decaysNorms { groups.append(.noDecayOnVectors) }
    if settings.layerDecay < 1 {
      groups += LayerwiseRates.groups(LayerwiseRates.layers(of: parameters), decay: settings.layerDecay)
    }
    let old = parameters.filter { $0.kind == .trainable && !new.contains($0.path) }.map(\.path)
    if settings.backboneRate != 1 { groups.append(ParameterGroup(.below(old), rateMultiplier: settings.backboneRate)) }
    if model.freeze == "backbone" {
      guard !new.isEmpty else {
        throw TrainingError.setting(
          "freeze: backbone leaves nothing to train; the network has no layer of its own for the classes")
      }
      groups.append(.frozen(old))
    }
    if !model.frozen.isEmpty {
      for prefix in model.frozen
      where !parameters.contains(where: { $0.path == prefix || $0.path.hasPrefix(prefix + ".") }) {
        throw TrainingError.setting("frozen: there is no parameter at or below '\(prefix)'")
      }
      groups.append(.frozen(model.frozen))
    }
    return try Optimizer(method, groups: groups)
  }
}
