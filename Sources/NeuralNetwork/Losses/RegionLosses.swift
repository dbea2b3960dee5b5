import TensorCore

extension Losses {
  /// Dice loss of a segmentation: the mean over the classes of `1 - (2 sum(p t) + smooth) / (sum(p) + sum(t) + smooth)`, p being
  /// the softmax and t one-hot targets, with sums over the batch and all its pixels that are not ignored (as in
  /// segmentation_models_pytorch, but classes that do not occur count). Logits `[N, C, ...]`, int64 targets `[N, ...]`.
  /// Milletari et al. 2016, arXiv 1606.04797.
  package static func dice(
    _ logits: Tensor, _ targets: Tensor, smooth: Float = 1, ignoredTarget: Int = -100
  ) throws(ShapeError) -> Tensor {
    guard logits.rank >= 2, logits.shape[1] > 0, targets.shape == [logits.shape[0]] + logits.shape[2...] else {
      throw ShapeError(
        .shape, "Dice loss", "takes logits [N, C, ...] and targets [N, ...]", shapes: logits.shape, targets.shape)
    }
    let rank = logits.rank
    // Targets that are no class, the ignored one among them, become rows of zeros.
    let hot = try Tensor.applySingle(OneHot(classes: logits.shape[1], dtype: .float32), targets)
    let wanted = try hot.permute([0, rank - 1] + Array(1..<rank - 1))
    let counts = try targets.equal(Tensor([ignoredTarget], shape: [])).logicalNot().cast(to: .float32).unsqueeze(1)
    let known = ignoredTarget >= 0 && ignoredTarget < logits.shape[1] ? try wanted * counts : wanted
    let shares = try logits.softmax(axis: 1) * counts
    let axes = [0] + Array(2..<rank)
    let common = try (shares * known).sum(axes: axes)
    let sizes = try shares.sum(axes: axes) + known.sum(axes: axes)
    return try (1 - (2 * common + smooth) / (sizes + smooth)).mean()
  }
}
