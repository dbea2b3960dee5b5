/// Lowers the learning rate when a metric stops getting better, as PyTorch's `ReduceLROnPlateau`.
package struct PlateauSchedule: Sendable, Hashable, Codable {
  /// Whether better is lower (a loss) or higher (an accuracy).
  package enum Goal: String, Sendable, Hashable, Codable { case lower, higher }

  package var goal: Goal
  package var factor: Double
  /// Epochs without progress that are borne.
  package var patience: Int
  /// What counts as progress: a share of the best, or an amount.
  package var threshold: Double
  package var isThresholdRelative: Bool
  /// Epochs after a reduction that do not count.
  package var cooldown: Int
  /// The factor never goes below this, and does not change by less than `leastChange`.
  package var floor, leastChange: Double

  package init(
    goal: Goal = .lower, factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4,
    isThresholdRelative: Bool = true, cooldown: Int = 0, floor: Double = 0, leastChange: Double = 0
  ) {
    self.goal = goal
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.isThresholdRelative = isThresholdRelative
    self.cooldown = cooldown
    self.floor = floor
    self.leastChange = leastChange
  }

  /// What it remembers between epochs: to be saved with a run.
  package struct State: Sendable, Hashable, Codable {
    /// What the base rate is multiplied by.
    package fileprivate(set) var factor = 1.0
    /// The best metric; nil before the first.
    package fileprivate(set) var best: Double?
    package fileprivate(set) var badEpochs = 0, cooldownLeft = 0

    package init() {}
  }

  /// Takes up an epoch's metric. NaN is no progress.
  package func update(_ state: inout State, metric: Double) {
    if isBetter(metric, than: state.best) {
      state.best = metric
      state.badEpochs = 0
    } else {
      state.badEpochs += 1
    }
    if state.cooldownLeft > 0 {
      state.cooldownLeft -= 1
      state.badEpochs = 0
    }
    guard state.badEpochs > patience else { return }
    let lowered = max(state.factor * factor, floor)
    if state.factor - lowered > leastChange { state.factor = lowered }
    state.cooldownLeft = cooldown
    state.badEpochs = 0
  }

  private func isBetter(_ metric: Double, than best: Double?) -> Bool {
    guard let best else { return !metric.isNaN }
    switch (goal, isThresholdRelative) {
    case (.lower, true): return metric < best * (1 - threshold)
    case (.lower, false): return metric < best - threshold
    case (.higher, true): return metric > best * (1 + threshold)
    case (.higher, false): return metric > best + threshold
    }
  }
}
