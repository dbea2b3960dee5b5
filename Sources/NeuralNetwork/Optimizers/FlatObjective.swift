import TensorCore

/// A function of several tensors as one of a single vector.
struct FlatObjective {
  let specs: [TensorSpec]
  let closure: LBFGS.Closure

  /// A place along a line: how far, and what was found there.
  struct Point {
    var length: Double
    var loss: Double
    var gradient: Tensor
    /// The gradient along the line.
    var slope: Double
  }

  /// The loss and the flat gradient at `x`.
  func evaluate(_ x: Tensor) throws -> (loss: Double, gradient: Tensor) {
    let result = try closure(unflatten(x))
    guard result.gradients.map(\.spec) == specs else {
      throw ShapeError(
        .shape, "L-BFGS", "the gradients are \(result.gradients.map(\.spec)), the tensors are \(specs)")
    }
    return (result.loss, try Self.flatten(result.gradients))
  }

  /// The loss and gradient at `length` along a line.
  func evaluate(_ origin: Tensor, _ direction: Tensor, _ length: Double) throws -> Point {
    var x = origin
    try FlatVector.add(length, direction, to: &x)
    let (loss, gradient) = try evaluate(x)
    return Point(length: length, loss: loss, gradient: gradient, slope: FlatVector.dot(gradient, direction))
  }

  /// The tensors as one vector.
  static func flatten(_ tensors: [Tensor]) throws(ShapeError) -> Tensor {
    var flat: [Tensor] = []
    for tensor in tensors {
      guard tensor.dtype == .float32 else { throw ShapeError(.dtype, "L-BFGS", "takes float32, not \(tensor.dtype)") }
      try tensor.requireValues("L-BFGS")
      flat.append(try tensor.detached().reshape([tensor.count]))
    }
    return flat.count == 1 ? flat[0] : try Tensor.concatenate(flat, axis: 0)
  }

  /// The vector's parts as tensors, which share its storage.
  func unflatten(_ x: Tensor) -> [Tensor] {
    var offset = 0
    return specs.map { spec in
      defer { offset += spec.byteCount }
      return x.sharing(spec, byteOffset: offset)
    }
  }
}

extension Tensor {
  /// The largest magnitude; 0 of nothing.
  func largestMagnitude() throws(ShapeError) -> Double {
    count == 0 ? 0 : Double(try abs().max().floats()[0])
  }
}
