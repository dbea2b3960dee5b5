import TensorCore

extension Losses {
  /// What a loss of boxes adds to one minus their overlap.
  package enum BoxPenalty: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing.
    case iou
    /// The part of the smallest box around both that neither covers. Rezatofighi et al. 2019, arXiv 1902.09630.
    case generalized
    /// The distance of the centres over that box's diagonal. Zheng et al. 2019, arXiv 1911.08287.
    case distance
    /// That and how much the proportions differ; the same paper.
    case complete
  }

  /// One minus the overlap of boxes `[N, 4]`, xyxy, and a penalty, as torchvision's `*_box_iou_loss`. Gives `[N]`, or a scalar;
  /// the mean of no boxes is 0.
  package static func boxes(
    _ prediction: Tensor, _ target: Tensor, penalty: BoxPenalty = .generalized, reduction: LossReduction = .none,
    epsilon: Float = 1e-7
  ) throws(ShapeError) -> Tensor {
    guard prediction.rank == 2, prediction.shape == target.shape, prediction.shape[1] == 4 else {
      throw ShapeError(.shape, "box loss", "takes boxes [N, 4]", shapes: prediction.shape, target.shape)
    }
    let a = try Sides(prediction), b = try Sides(target)
    let width = try a.right.minimum(b.right) - a.left.maximum(b.left)
    let height = try a.bottom.minimum(b.bottom) - a.top.maximum(b.top)
    let meets = try width.greater(0).logicalAnd(height.greater(0)), zero = try Tensor.zeros([])
    let common = try Tensor.where(meets, width * height, zero)
    let union = try a.area + b.area - common
    let overlap = try common / (union + epsilon)
    var losses = try 1 - overlap
    let spanX = try a.right.maximum(b.right) - a.left.minimum(b.left)
    let spanY = try a.bottom.maximum(b.bottom) - a.top.minimum(b.top)
    switch penalty {
    case .iou: break
    case .generalized:
      let around = try spanX * spanY
      losses = try losses + (around - union) / (around + epsilon)
    case .distance, .complete:
      let diagonal = try spanX.square() + spanY.square() + epsilon
      let across = try ((a.left + a.right) / 2 - (b.left + b.right) / 2).square()
      let along = try ((a.top + a.bottom) / 2 - (b.top + b.bottom) / 2).square()
      losses = try losses + (across + along) / diagonal
    }
    if penalty == .complete {
      let turn = try (b.width / b.height).atan() - (a.width / a.height).atan()
      let v = try turn.square() * (4 / (.pi * .pi))
      let share = try v.detached() / (1 - overlap.detached() + v.detached() + epsilon)
      losses = try losses + share * v
    }
    return reduction == .mean && losses.count == 0 ? try losses.sum() : try reduction(losses)
  }

  /// The sides of boxes, `[N]` each.
  private struct Sides {
    let left, top, right, bottom: Tensor
    let width, height, area: Tensor

    init(_ boxes: Tensor) throws(ShapeError) {
      left = try boxes.select(axis: 1, index: 0)
      top = try boxes.select(axis: 1, index: 1)
      right = try boxes.select(axis: 1, index: 2)
      bottom = try boxes.select(axis: 1, index: 3)
      width = try right - left
      height = try bottom - top
      area = try width * height
    }
  }
}
