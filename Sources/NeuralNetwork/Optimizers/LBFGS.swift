import TensorCore

/// Limited-memory BFGS over one or more float32 tensors, as `torch.optim.LBFGS`. Liu and Nocedal 1989.
package struct LBFGS: Sendable {
  /// How far to go along a direction.
  package enum LineSearch: String, Sendable, Hashable, Codable {
    /// The learning rate.
    case fixed
    /// Until the strong Wolfe conditions hold.
    case strongWolfe
  }

  /// PyTorch's settings and defaults.
  package struct Settings: Sendable, Hashable, Codable {
    package var learningRate: Double
    /// Iterations a step.
    package var iterations: Int
    /// Evaluations a step; nil for 5/4 of the iterations.
    package var evaluations: Int?
    package var gradientTolerance, changeTolerance: Double
    /// Pairs of changes that are remembered: each takes twice the tensors' memory.
    package var history: Int
    package var lineSearch: LineSearch

    package init(
      learningRate: Double = 1, iterations: Int = 20, evaluations: Int? = nil, gradientTolerance: Double = 1e-7,
      changeTolerance: Double = 1e-9, history: Int = 100, lineSearch: LineSearch = .fixed
    ) {
      self.learningRate = learningRate
      self.iterations = iterations
      self.evaluations = evaluations
      self.gradientTolerance = gradientTolerance
      self.changeTolerance = changeTolerance
      self.history = history
      self.lineSearch = lineSearch
    }
  }

  /// The loss at some values and its gradients there, of the values' shapes.
  package typealias Closure = (_ values: [Tensor]) throws -> (loss: Double, gradients: [Tensor])

  package let settings: Settings
  /// Iterations and evaluations so far, over all steps.
  package private(set) var iterations = 0, evaluations = 0

  private struct Pair: Sendable {
    let change, step: Tensor
    let inverse: Double
  }
  private var pairs: [Pair] = []
  private var scale = 1.0
  private var direction: Tensor?
  private var previousGradient: Tensor?
  private var length = 0.0

  package init(_ settings: Settings = Settings()) { self.settings = settings }

  /// One step: up to `settings.iterations` iterations. Returns the loss that it began with. Throws what `closure` throws.
  package mutating func step(_ values: inout [Tensor], _ closure: @escaping Closure) throws -> Double {
    let objective = FlatObjective(specs: values.map(\.spec), closure: closure)
    var x = try FlatObjective.flatten(values)
    let first = try objective.evaluate(x)
    var point = FlatObjective.Point(length: 0, loss: first.loss, gradient: first.gradient, slope: 0)
    let most = settings.evaluations ?? settings.iterations * 5 / 4
    var evaluated = 1
    evaluations += 1
    guard try point.gradient.largestMagnitude() > settings.gradientTolerance else { return first.loss }
    for iteration in 1...max(settings.iterations, 1) {
      iterations += 1
      let direction = try nextDirection(point.gradient)
      self.direction = direction
      previousGradient = point.gradient
      let previousLoss = point.loss
      length = settings.learningRate
      if iterations == 1 {
        length *= min(1, Double(1 / (try point.gradient.abs().sum().floats()[0])))
      }
      let slope = FlatVector.dot(point.gradient, direction)
      if slope > -settings.changeTolerance { break }
      var count = 0
      if settings.lineSearch == .strongWolfe {
        point.length = 0
        point.slope = slope
        let search = WolfeSearch(objective: objective, origin: x, direction: direction, start: point)
        (point, count) = try search.run(
          length: length, tolerance: settings.changeTolerance, most: most - evaluated)
        length = point.length
        try FlatVector.add(length, direction, to: &x)
      } else {
        try FlatVector.add(length, direction, to: &x)
        if iteration < settings.iterations {
          let next = try objective.evaluate(x)
          point.loss = next.loss
          point.gradient = next.gradient
          count = 1
        }
      }
      evaluated += count
      evaluations += count
      let moved = try direction.largestMagnitude() * Swift.abs(length)
      if evaluated >= most || moved <= settings.changeTolerance { break }
      if try point.gradient.largestMagnitude() <= settings.gradientTolerance { break }
      if Swift.abs(point.loss - previousLoss) < settings.changeTolerance { break }
    }
    values = objective.unflatten(x)
    return first.loss
  }

  /// Minus the gradient times the approximate inverse Hessian.
  private mutating func nextDirection(_ gradient: Tensor) throws(ShapeError) -> Tensor {
    guard iterations > 1, let direction, let previousGradient else {
      pairs = []
      scale = 1
      return try FlatVector.scaled(-1, gradient)
    }
    let change = try gradient - previousGradient
    let step = try FlatVector.scaled(length, direction)
    let product = FlatVector.dot(change, step)
    if product > 1e-10 {
      if pairs.count >= max(settings.history, 1) { pairs.removeFirst() }
      pairs.append(Pair(change: change, step: step, inverse: 1 / product))
      scale = product / FlatVector.dot(change, change)
    }
    var result = try FlatVector.scaled(-1, gradient)
    var factors = [Double](repeating: 0, count: pairs.count)
    for index in pairs.indices.reversed() {
      factors[index] = FlatVector.dot(pairs[index].step, result) * pairs[index].inverse
      try FlatVector.add(-factors[index], pairs[index].change, to: &result)
    }
    result = try FlatVector.scaled(scale, result)
    for (index, pair) in pairs.enumerated() {
      let share = FlatVector.dot(pair.change, result) * pair.inverse
      try FlatVector.add(factors[index] - share, pair.step, to: &result)
    }
    return result
  }
}
