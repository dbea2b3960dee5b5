/// How the learning rate goes: a pure function of the step, so that a resumed run needs no state for it.
///
/// The rate changes at every step where it `isPerStep`, else at every epoch. After a linear warm-up the schedule begins at its
/// own start, over what is left (PyTorch's `SequentialLR`); its lengths and milestones are counted from there.
package struct LearningRateSchedule: Sendable, Hashable, Codable {
  /// The course, in units of epochs, or of steps.
  package enum Course: Sendable, Hashable, Codable {
    case constant
    /// Times `factor` after every `every` units.
    case step(every: Int, factor: Double)
    /// Times `factor` at each of these units.
    case multiStep(at: [Int], factor: Double)
    /// Times `factor` at every unit.
    case exponential(factor: Double)
    /// Half a cosine from 1 to `floor`. Loshchilov and Hutter 2016, arXiv 1608.03983.
    case cosine(floor: Double)
    /// A straight power from 1 to 0.
    case polynomial(power: Double)
    /// Up to the rate and down again, below where it began. Smith and Topin 2017, arXiv 1708.07120.
    case oneCycle(OneCycle)
  }

  /// A linear rise from `startFactor` of the rate to all of it, in front of the course.
  package struct Warmup: Sendable, Hashable, Codable {
    package var epochs: Double
    package var startFactor: Double

    package init(epochs: Double, startFactor: Double = 1.0 / 3) {
      self.epochs = epochs
      self.startFactor = startFactor
    }
  }

  package var course: Course
  package var warmup: Warmup?
  package var isPerStep: Bool

  package init(_ course: Course, warmup: Warmup? = nil, isPerStep: Bool = false) {
    self.course = course
    self.warmup = warmup
    self.isPerStep = isPerStep
  }

  /// What the base rate is multiplied by at `step` (from 0) of a run of `epochs` epochs of `stepsPerEpoch` steps each.
  package func factor(step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
    let place = place(step, stepsPerEpoch, epochs)
    if let warmup, place.warming > 0, place.unit < place.warming {
      return warmup.startFactor + (1 - warmup.startFactor) * Double(place.unit) / Double(place.warming)
    }
    return course.factor(place.unit - place.warming, of: max(place.total - place.warming, 1))
  }

  /// The learning rate at `step`.
  package func rate(base: Double, step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
    base * factor(step: step, stepsPerEpoch: stepsPerEpoch, epochs: epochs)
  }

  /// The momentum (Adam: beta1) at `step`; nil where the course leaves it alone.
  package func momentum(step: Int, stepsPerEpoch: Int, epochs: Int) -> Double? {
    guard case .oneCycle(let cycle) = course, let range = cycle.momentum else { return nil }
    let place = place(step, stepsPerEpoch, epochs)
    return cycle.momentum(range, max(place.unit - place.warming, 0), of: max(place.total - place.warming, 1))
  }

  /// Units passed, units in all, units of warm-up.
  private func place(_ step: Int, _ stepsPerEpoch: Int, _ epochs: Int) -> (unit: Int, total: Int, warming: Int) {
    let perEpoch = max(stepsPerEpoch, 1), step = max(step, 0), epochs = max(epochs, 1)
    let rise = min(max(warmup?.epochs ?? 0, 0), Double(epochs)) * (isPerStep ? Double(perEpoch) : 1)
    let total = isPerStep ? perEpoch.multipliedReportingOverflow(by: epochs) : (epochs, false)
    return (
      isPerStep ? step : step / perEpoch, total.1 ? .max : total.0, rise < 0x1p53 ? Int(rise.rounded()) : 0
    )
  }
}

extension LearningRateSchedule.Course {
  /// The factor at `unit` of `total`, both counted from the course's start.
  func factor(_ unit: Int, of total: Int) -> Double {
    let unit = max(unit, 0)
    switch self {
    case .constant: return 1
    case .step(let every, let factor): return OptimizerPass.power(factor, unit / max(every, 1))
    case .multiStep(let milestones, let factor):
      return OptimizerPass.power(factor, milestones.count { $0 <= unit })
    case .exponential(let factor): return OptimizerPass.power(factor, unit)
    case .cosine(let floor):
      let share = Double(min(unit, total)) / Double(total)
      return floor + (1 - floor) * (1 + RealFunctions.cosine(.pi * share)) / 2
    case .polynomial(let power):
      return RealFunctions.power(1 - Double(min(unit, total)) / Double(total), power)
    case .oneCycle(let cycle): return cycle.factor(min(unit, total - 1), of: total)
    }
  }
}
