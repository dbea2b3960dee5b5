extension LearningRateSchedule {
  /// PyTorch's `OneCycleLR`. The base rate is the largest.
  package struct OneCycle: Sendable, Hashable, Codable {
    /// Between two values half a cosine, or a line.
    package enum Annealing: String, Sendable, Hashable, Codable { case cosine, linear }
    /// The momentum at the largest rate and at the smallest.
    package struct Momentum: Sendable, Hashable, Codable {
      package var least, most: Double
      package init(least: Double = 0.85, most: Double = 0.95) {
        self.least = least
        self.most = most
      }
    }

    /// The share of the run on which the rate rises.
    package var rise: Double
    /// The largest rate over the first, and the first over the last.
    package var startDivisor, endDivisor: Double
    package var annealing: Annealing
    /// Whether the rate falls to where it began as slowly as it rose, and only then below it.
    package var isThreePhase: Bool
    package var momentum: Momentum?

    package init(
      rise: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4, annealing: Annealing = .cosine,
      isThreePhase: Bool = false, momentum: Momentum? = nil
    ) {
      self.rise = rise
      self.startDivisor = startDivisor
      self.endDivisor = endDivisor
      self.annealing = annealing
      self.isThreePhase = isThreePhase
      self.momentum = momentum
    }

    func factor(_ unit: Int, of total: Int) -> Double {
      let first = 1 / startDivisor, last = first / endDivisor
      return value(unit, of: total, isThreePhase ? [first, 1, first, last] : [first, 1, last])
    }

    func momentum(_ range: Momentum, _ unit: Int, of total: Int) -> Double {
      let values = [range.most, range.least, range.most]
      return value(min(unit, total - 1), of: total, isThreePhase ? values + [range.most] : values)
    }

    /// The value at `unit` on the way through `values`, whose places are PyTorch's.
    private func value(_ unit: Int, of total: Int, _ values: [Double]) -> Double {
      let turn = rise * Double(total) - 1, end = Double(total - 1)
      let places = isThreePhase ? [0, turn, 2 * rise * Double(total) - 2, end] : [0, turn, end]
      let at = Double(unit)
      for phase in 1..<places.count where at <= places[phase] || phase == places.count - 1 {
        let length = places[phase] - places[phase - 1]
        return between(values[phase - 1], values[phase], length == 0 ? 1 : (at - places[phase - 1]) / length)
      }
      return values[values.count - 1]
    }

    private func between(_ a: Double, _ b: Double, _ share: Double) -> Double {
      annealing == .linear ? a + (b - a) * share : b + (a - b) / 2 * (1 + RealFunctions.cosine(.pi * share))
    }
  }
}
