import TensorCore

extension Losses {
  /// The square of the difference.
  package static func meanSquaredError(
    _ prediction: Tensor, _ target: Tensor, reduction: LossReduction = .mean
  ) throws(ShapeError) -> Tensor {
    try sameShape(prediction, target, "mean squared error")
    return try reduction((prediction - target).square())
  }

  /// The magnitude of the difference.
  package static func l1(
    _ prediction: Tensor, _ target: Tensor, reduction: LossReduction = .mean
  ) throws(ShapeError) -> Tensor {
    try sameShape(prediction, target, "L1 loss")
    return try reduction((prediction - target).abs())
  }

  /// Square below `beta`, `d^2 / (2 beta)`, and linear beyond, `|d| - beta / 2`; with `beta` 0 the L1 loss. Girshick 2015,
  /// arXiv 1504.08083.
  package static func smoothL1(
    _ prediction: Tensor, _ target: Tensor, beta: Float = 1, reduction: LossReduction = .mean
  ) throws(ShapeError) -> Tensor {
    guard beta >= 0 else { throw ShapeError(.argument, "smooth L1 loss", "beta \(beta) is negative") }
    guard beta > 0 else { return try l1(prediction, target, reduction: reduction) }
    try sameShape(prediction, target, "smooth L1 loss")
    let difference = try prediction - target, size = try difference.abs()
    return try reduction(
      Tensor.where(size.less(beta), difference.square() * (0.5 / beta), size - 0.5 * beta))
  }

  /// Square up to `delta`, `d^2 / 2`, and linear beyond, `delta (|d| - delta / 2)`. Huber 1964.
  package static func huber(
    _ prediction: Tensor, _ target: Tensor, delta: Float = 1, reduction: LossReduction = .mean
  ) throws(ShapeError) -> Tensor {
    guard delta > 0 else { throw ShapeError(.argument, "Huber loss", "delta \(delta) is not positive") }
    try sameShape(prediction, target, "Huber loss")
    let difference = try prediction - target, size = try difference.abs()
    return try reduction(
      Tensor.where(size.lessOrEqual(delta), difference.square() * 0.5, delta * (size - 0.5 * delta)))
  }

  /// How far the student's softmax is from the teacher's, both at a temperature, times its square so that gradients keep their
  /// size: `T^2 KL(teacher || student)`, classes on axis 1, the mean over the rows. No gradient goes to the teacher. Hinton et
  /// al. 2015, arXiv 1503.02531.
  package static func distillation(
    student: Tensor, teacher: Tensor, temperature: Float = 1
  ) throws(ShapeError) -> Tensor {
    try sameShape(student, teacher, "distillation")
    guard temperature > 0, student.rank >= 2 else {
      throw ShapeError(
        .argument, "distillation", "takes logits [N, C, ...] and a positive temperature, not \(temperature)",
        shapes: student.shape)
    }
    let own = try (student / temperature).logSoftmax(axis: 1)
    let wanted = try (teacher.detached() / temperature).logSoftmax(axis: 1)
    let share = try wanted.exp()
    // x log x is 0 at 0.
    let terms = try Tensor.where(share.equal(0), Tensor.zeros([]), share * (wanted - own))
    return try terms.sum(axes: [1]).mean() * (temperature * temperature)
  }
}
