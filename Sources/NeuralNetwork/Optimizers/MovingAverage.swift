import TensorCore

/// A moving average of a model's weights and buffers, which often predicts better than the last weights. As timm's
/// `ModelEmaV3`: floating-point values are averaged, integers copied. Polyak and Juditsky 1992.
package struct MovingAverage: Sendable {
  /// How the average follows.
  package struct Settings: Sendable, Hashable, Codable {
    /// Share kept at each step, below 1.
    package var decay: Double
    /// Whether the share kept starts low and rises: `1 - (1 + step / gamma)^-power`, at most `decay`.
    package var warmsUp: Bool
    package var warmupGamma, warmupPower: Double
    package var leastDecay: Double
    /// Until after this many steps the average is the model.
    package var startStep: Int

    package init(
      decay: Double = 0.9999, warmsUp: Bool = false, warmupGamma: Double = 1, warmupPower: Double = 2.0 / 3,
      leastDecay: Double = 0, startStep: Int = 0
    ) {
      self.decay = decay
      self.warmsUp = warmsUp
      self.warmupGamma = warmupGamma
      self.warmupPower = warmupPower
      self.leastDecay = leastDecay
      self.startStep = startStep
    }

    /// The share kept at update `step`, the first being number 1 (as timm counts: after the optimiser's step).
    package func decay(at step: Int) -> Double {
      let since = max(0, step - startStep - 1)
      guard since > 0 else { return 0 }
      guard warmsUp else { return decay }
      return max(min(1 - RealFunctions.power(1 + Double(since) / warmupGamma, -warmupPower), decay), leastDecay)
    }
  }

  package let settings: Settings
  /// Updates so far.
  package private(set) var updates = 0
  /// The averages, by path: all parameters and buffers.
  package private(set) var values: [String: Tensor] = [:]

  package init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Follows the model by one step. The parameters must keep their shapes.
  package mutating func update(_ parameters: [Parameter]) throws(ShapeError) {
    updates += 1
    let weight = 1 - settings.decay(at: updates)
    for parameter in parameters {
      let now = try parameter.value().detached()
      try now.requireValues("moving average")
      guard weight < 1, now.dtype == .float32, var average = values.removeValue(forKey: parameter.path) else {
        // A copy of its own: the optimiser changes the parameter's in place only while nobody shares it.
        values[parameter.path] = now.dtype == .float32 ? try FlatVector.scaled(1, now) : now
        continue
      }
      guard average.spec == now.spec else {
        throw ShapeError(
          .shape, "moving average", "\(parameter.path) is \(now.spec), its average is \(average.spec)")
      }
      try FlatVector.blend(weight, now, into: &average)
      values[parameter.path] = average
    }
  }

  /// Takes up saved averages after `updates` updates.
  package mutating func restore(_ values: [String: Tensor], updates: Int) {
    self.values = values
    self.updates = updates
  }

  /// Runs `body` with the averages in place of the parameters' values, which come back afterwards.
  package func withValues<R>(in parameters: [Parameter], _ body: () throws -> R) throws -> R {
    var own: [(Parameter, Tensor)] = []
    for parameter in parameters { own.append((parameter, try parameter.value().detached())) }
    let result = Result {
      for parameter in parameters { if let average = values[parameter.path] { try parameter.assign(average) } }
      return try body()
    }
    for (parameter, tensor) in own { try parameter.assign(tensor) }
    return try result.get()
  }
}
