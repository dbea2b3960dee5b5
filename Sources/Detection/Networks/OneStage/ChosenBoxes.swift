import Imaging
import TensorCore

/// What a one-stage detector chose among its anchors' scores in one image, before suppression.
package struct ChosenBoxes: Sendable {
  /// One anchor as an object of one class.
  package struct Choice: Sendable, Hashable {
    /// Its index among the anchors.
    package var anchor: Int
    /// Its class.
    package var label: Int
    /// Its score, 0 to 1.
    package var score: Float
  }

  /// Makes boxes `[K, 4]` of corrections and anchors `[K, 4]`.
  package typealias Decoder = (_ corrections: Tensor, _ anchors: Tensor) throws(ShapeError) -> Tensor

  private var boxes: [Box] = []
  private var scores: [Float] = []
  private var labels: [Int] = []

  /// Nothing chosen yet.
  package init() {}

  /// Adds the chosen ones of anchors `[A, 4]`; only their corrections `[A, 4]` are decoded. Boxes are cut at the image's edges.
  package mutating func add(
    _ choices: [Choice], corrections: Tensor, anchors: Tensor, size: ImageSize, decode: Decoder
  ) throws(ShapeError) {
    guard !choices.isEmpty else { return }
    let chosen = try Tensor(choices.map(\.anchor), shape: [choices.count])
    let corners = try decode(
      corrections.indexSelect(axis: 0, index: chosen), anchors.indexSelect(axis: 0, index: chosen)
    ).floats()
    for (index, choice) in choices.enumerated() {
      let at = 4 * index
      boxes.append(
        Box(x1: corners[at], y1: corners[at + 1], x2: corners[at + 2], y2: corners[at + 3]).clipped(to: size))
      scores.append(choice.score)
      labels.append(choice.label)
    }
  }

  /// What suppression within each class leaves, best first, boxes in the pixels that they were decoded in.
  package func suppressed(_ thresholds: DetectionThresholds) throws(ShapeError) -> ImageResult {
    let kept = NonMaximumSuppression.batched(boxes: boxes, scores: scores, classes: labels, iou: thresholds.iou)
      .prefix(max(thresholds.detections, 0))
    let corners = kept.flatMap { [boxes[$0].x1, boxes[$0].y1, boxes[$0].x2, boxes[$0].y2] }
    return ImageResult(
      boxes: try Tensor(corners, shape: [kept.count, 4]), labels: kept.map { labels[$0] },
      scores: kept.map { scores[$0] })
  }
}
