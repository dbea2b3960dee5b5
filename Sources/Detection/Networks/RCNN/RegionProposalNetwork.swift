import Imaging
import Models
import NeuralNetwork
import TensorCore

/// How likely each anchor holds an object, and how its box is to move. Ren et al. 2015, arXiv 1506.01497.
struct RegionProposalHead: Sendable {
  private let convolutions: [ConvBlock], scores: Conv2d, codes: Conv2d

  /// `depth` 3x3 convolutions before the two 1x1 ones.
  init(_ scope: ParameterScope, in c: Int, anchors: Int, depth: Int) {
    convolutions = (0..<depth).map { ConvBlock(scope["conv"][$0], in: c, out: c) }
    scores = Conv2d(scope["cls_logits"], in: c, out: anchors, kernel: 1)
    codes = Conv2d(scope["bbox_pred"], in: c, out: 4 * anchors, kernel: 1)
  }

  /// For each level `[1, C, H, W]`: logits `[1, A, H, W]` and codes `[1, 4 * A, H, W]`.
  func callAsFunction(_ levels: [Tensor]) throws(ShapeError) -> (scores: [Tensor], codes: [Tensor]) {
    var scores: [Tensor] = [], codes: [Tensor] = []
    for level in levels {
      var x = level
      for convolution in convolutions { x = try convolution(x) }
      scores.append(try self.scores(x))
      codes.append(try self.codes(x))
    }
    return (scores, codes)
  }
}

/// Which anchors become proposals.
public struct ProposalSettings: Sendable, Hashable {
  /// Most candidates of a level, the best scored.
  public var perLevel = 1000
  /// Most proposals.
  public var total = 1000
  /// The same in training.
  public var trainingPerLevel = 2000, trainingTotal = 2000
  /// Of two candidates of a level that overlap by more than this the better one is kept.
  public var iou: Float = 0.7
  /// Least score, 0 to 1.
  public var score: Float = 0
  /// Shortest side in pixels.
  public var leastSide: Float = 1e-3

  /// Those of torchvision's Faster R-CNN at inference.
  public init() {}
}

/// The head's outputs made into proposals: the best anchors of every level, moved, cut at the image's edges and thinned out.
struct ProposalSelection: Sendable {
  let anchors: AnchorGenerator
  let settings: ProposalSettings

  /// Proposals `[P, 4]`, best first, in pixels of the transformed image.
  func callAsFunction(
    scores: [Tensor], codes: [Tensor], input: ImageSize, image: ImageSize
  ) throws(ShapeError) -> Tensor {
    let anchors = try anchors(levels: scores, input: input)
    var chosenScores: [Tensor] = [], chosenCodes: [Tensor] = [], chosenAnchors: [Tensor] = [], levels: [Int] = []
    for level in scores.indices {
      let map = scores[level]
      try map.requireValues("proposals")
      let (cells, each) = (map.shape[2] * map.shape[3], map.shape[1])
      guard map.shape[0] == 1, codes[level].shape[1] == 4 * each else {
        throw ShapeError(.shape, "proposals", "one image at a time", shapes: map.shape, codes[level].shape)
      }
      let best = try map.permute([0, 2, 3, 1]).reshape([cells * each])
        .topK(min(settings.perLevel, cells * each))
      chosenScores.append(best.values)
      chosenAnchors.append(try anchors[level].indexSelect(axis: 0, index: best.indices))
      chosenCodes.append(try Self.gather(codes[level], best.indices, cells: cells, each: each))
      levels += [Int](repeating: level, count: best.values.count)
    }
    let probabilities = try Tensor.concatenate(chosenScores, axis: 0).sigmoid()
    let boxes = try BoxCoder().decode(
      .concatenate(chosenCodes, axis: 0), anchors: .concatenate(chosenAnchors, axis: 0))
    return try select(boxes, probabilities, levels, image)
  }

  /// Thins the candidates out, within each level.
  private func select(
    _ boxes: Tensor, _ scores: Tensor, _ levels: [Int], _ image: ImageSize
  ) throws(ShapeError) -> Tensor {
    let boxes = try BoxOperators.clip(boxes, to: image), probabilities = try scores.floats()
    let large = try BoxOperators.removeSmall(boxes, minimumSize: settings.leastSide)
      .filter { probabilities[$0] >= settings.score }
    let candidates = try boxes.rows(large)
    let kept = try NonMaximumSuppression.batched(
      boxes: candidates, scores: scores.rows(large), classes: large.map { levels[$0] }, iou: settings.iou)
    return try candidates.rows(kept.prefix(settings.total))
  }

  /// The codes `[K, 4]` of the anchors with these indices, out of the planes of a map.
  private static func gather(
    _ map: Tensor, _ indices: Tensor, cells: Int, each: Int
  ) throws(ShapeError) -> Tensor {
    try map.requireValues("proposals")
    defer { withExtendedLifetime((map, indices)) {} }
    return try .filled([indices.count, 4], "proposals") { codes in
      let planes = map.view.floats, index = indices.view.elements(as: Int64.self)
      for at in 0..<indices.count {
        let (cell, anchor) = Int(index[at]).quotientAndRemainder(dividingBy: each)
        for code in 0..<4 { codes[4 * at + code] = planes[(4 * anchor + code) * cells + cell] }
      }
    }
  }
}
