import TensorCore

/// Cross-entropy over logits, equal to `torch.nn.functional.cross_entropy`.
///
/// Classes lie on axis 1: logits `[N, C]` or `[N, C, ...]`. With targets all ignored the mean is NaN, as in PyTorch, and the
/// gradient is 0.
package struct CrossEntropyLoss: Sendable {
  /// Share of each target that is spread over all classes, 0 to 1. Szegedy et al. 2015, arXiv 1512.00567.
  package let labelSmoothing: Double
  /// Weight of each class, float32 `[C]`; nil for ones. The mean is then divided by the targets' weights.
  package let classWeights: Tensor?
  /// The target of rows that do not count.
  package let ignoredTarget: Int
  package let reduction: LossReduction

  package init(
    labelSmoothing: Double = 0, classWeights: Tensor? = nil, ignoredTarget: Int = -100,
    reduction: LossReduction = .mean
  ) {
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
    self.ignoredTarget = ignoredTarget
    self.reduction = reduction
  }

  /// Of int64 classes `[N, ...]`; a float32 scalar, or `[N, ...]` unreduced. Targets out of range, which `validate` finds, make
  /// the loss NaN.
  package func callAsFunction(_ logits: Tensor, _ targets: Tensor) throws(ShapeError) -> Tensor {
    let (losses, weights) = try rows(logits, targets)
    return reduction == .mean ? try losses.sum() / weights.sum() : try reduction(losses)
  }

  /// Each row's loss and its target's weight (0 where ignored), `[N, ...]`: for what shares one mean between several batches.
  package func rows(_ logits: Tensor, _ targets: Tensor) throws(ShapeError) -> (losses: Tensor, weights: Tensor) {
    let primitive = CrossEntropy(
      smoothing: labelSmoothing, ignoredTarget: ignoredTarget, isWeighted: classWeights != nil)
    let results = try Tensor.apply(primitive, [logits, targets] + (classWeights.map { [$0] } ?? []))
    return (results[0], results[1].detached())
  }

  /// Of soft targets, such as mixup and distillation give: shares of the classes, float32 of the logits' shape. The mean is
  /// divided by the number of rows, whatever the weights, as in PyTorch.
  package func soft(_ logits: Tensor, _ probabilities: Tensor) throws(ShapeError) -> Tensor {
    guard logits.rank >= 2, logits.shape == probabilities.shape else {
      throw ShapeError(
        .shape, "cross-entropy", "soft targets have the logits' shape [N, C, ...]", shapes: logits.shape,
        probabilities.shape)
    }
    let classes = logits.shape[1]
    var shares = probabilities
    if labelSmoothing > 0 {
      shares = try shares * Float(1 - labelSmoothing) + Float(labelSmoothing / Double(classes))
    }
    if let classWeights {
      guard classWeights.shape == [classes] else {
        throw ShapeError(
          .shape, "cross-entropy", "takes a weight for each class", shapes: logits.shape, classWeights.shape)
      }
      shares = try shares * classWeights.reshape([classes] + Array(repeating: 1, count: logits.rank - 2))
    }
    return try reduction(-(logits.logSoftmax(axis: 1) * shares).sum(axes: [1]))
  }

  /// Throws where an int64 target is neither a class nor the ignored target; says which and where.
  package func validate(_ targets: Tensor, classes: Int) throws(ShapeError) {
    try Losses.validate(targets, classes: classes, ignoredTarget: ignoredTarget)
  }
}

extension Losses {
  /// Throws where an int64 target is neither a class nor the ignored target; says which and where.
  package static func validate(_ targets: Tensor, classes: Int, ignoredTarget: Int) throws(ShapeError) {
    guard targets.dtype == .int64 else {
      throw ShapeError(.dtype, "targets", "are \(targets.dtype), not int64")
    }
    try targets.requireValues("targets")
    let wrong = targets.withUnsafeBytes { bytes in
      bytes.bindMemory(to: Int64.self).enumerated().first {
        ($1 < 0 || $1 >= Int64(classes)) && $1 != Int64(ignoredTarget)
      }
    }
    if let wrong {
      throw ShapeError(
        .argument, "targets", "element \(wrong.offset) is \(wrong.element), of \(classes) classes",
        shapes: targets.shape)
    }
  }
}
