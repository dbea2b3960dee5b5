import TensorCore

/// The weighted sum of several batches' gradients, for one step of a larger batch.
package struct GradientAccumulator: Sendable {
  /// The sum so far, by path.
  package private(set) var gradients: [String: Tensor] = [:]
  /// Batches that were added.
  package private(set) var count = 0

  package init() {}

  /// Adds `weight` times a batch's gradients (float32): with mean losses 1 / batches, or the batch's share of the images.
  package mutating func add(_ new: [String: Tensor], weight: Double = 1) throws(ShapeError) {
    for (path, gradient) in new {
      try gradient.requireValues("accumulation")
      let known = gradients[path]?.spec ?? gradient.spec
      guard gradient.spec == known, gradient.dtype == .float32 else {
        throw ShapeError(.shape, "accumulation", "the gradient of \(path) is \(gradient.spec), the sum is \(known)")
      }
    }
    for (path, gradient) in new {
      if var sum = gradients.removeValue(forKey: path) {
        try FlatVector.add(weight, gradient, to: &sum)
        gradients[path] = sum
      } else {
        gradients[path] = try FlatVector.scaled(weight, gradient)
      }
    }
    count += 1
  }

  /// The sum; the accumulator then is empty.
  package mutating func take() -> [String: Tensor] {
    defer { self = GradientAccumulator() }
    return gradients
  }
}
