import TensorCore

extension Losses {
  /// Binary cross-entropy over logits, as `torch.nn.functional.binary_cross_entropy_with_logits`. Targets 0 to 1, of the logits'
  /// shape; `weight` and `positiveWeight` (of the positive part, often `[C]`) broadcast to it.
  package static func binaryCrossEntropy(
    _ logits: Tensor, _ targets: Tensor, weight: Tensor? = nil, positiveWeight: Tensor? = nil,
    reduction: LossReduction = .mean
  ) throws(ShapeError) -> Tensor {
    try sameShape(logits, targets, "binary cross-entropy")
    // log(1 + e^-x), which neither overflows nor loses the small values.
    let slope = try (-logits).softplus()
    var losses: Tensor
    if let positiveWeight {
      losses = try (1 - targets) * logits + ((positiveWeight - 1) * targets + 1) * slope
    } else {
      losses = try (1 - targets) * logits + slope
    }
    if let weight { losses = try losses * weight }
    return try reduction(losses)
  }

  /// Focal loss of independent classes, as `torchvision.ops.sigmoid_focal_loss`: `alpha` weighs positives (nil: no weights),
  /// `gamma` plays down what is easy. Lin et al. 2017, arXiv 1708.02002.
  package static func sigmoidFocal(
    _ logits: Tensor, _ targets: Tensor, alpha: Float? = 0.25, gamma: Float = 2, reduction: LossReduction = .none
  ) throws(ShapeError) -> Tensor {
    let entropy = try binaryCrossEntropy(logits, targets, reduction: .none)
    let p = try logits.sigmoid()
    let right = try p * targets + (1 - p) * (1 - targets)
    var losses = try entropy * focus(right, gamma)
    if let alpha { losses = try (alpha * targets + (1 - alpha) * (1 - targets)) * losses }
    return try reduction(losses)
  }

  /// Focal loss of classes that exclude each other: `(1 - p)^gamma` times the cross-entropy, p being the target's probability.
  /// Logits `[N, C, ...]`, int64 targets `[N, ...]`, weights of the classes `[C]`. The mean is that of the rows that are not
  /// ignored, whatever the weights. Lin et al. 2017, arXiv 1708.02002.
  package static func focal(
    _ logits: Tensor, _ targets: Tensor, classWeights: Tensor? = nil, gamma: Float = 2, ignoredTarget: Int = -100,
    reduction: LossReduction = .mean
  ) throws(ShapeError) -> Tensor {
    let (entropy, counts) = try CrossEntropyLoss(ignoredTarget: ignoredTarget).rows(logits, targets)
    var losses = try entropy * focus((-entropy).exp(), gamma)
    if let classWeights {
      let classes = logits.shape[1]
      guard classWeights.shape == [classes] else {
        throw ShapeError(
          .shape, "focal loss", "takes a weight for each class", shapes: logits.shape, classWeights.shape)
      }
      // Ignored rows have a loss of 0, so any class will do for them.
      let places = try targets.clamp(min: 0, max: Float(classes - 1)).reshape([targets.count])
      let own = try Tensor.applySingle(IndexSelect(axis: 0), classWeights, places)
      losses = try losses * own.reshape(targets.shape)
    }
    return reduction == .mean ? try losses.sum() / counts.sum() : try reduction(losses)
  }

  /// `(1 - p)^gamma`.
  private static func focus(_ p: Tensor, _ gamma: Float) throws(ShapeError) -> Tensor {
    gamma == 2 ? try (1 - p).square() : try (1 - p).pow(gamma)
  }

  static func sameShape(_ a: Tensor, _ b: Tensor, _ operation: String) throws(ShapeError) {
    guard a.shape == b.shape else {
      throw ShapeError(.shape, operation, "prediction and target differ in shape", shapes: a.shape, b.shape)
    }
  }
}
