import Imaging
import TensorCore

/// The second stage of the R-CNN family: what the regions are, their boxes made exact, their masks and keypoints. torchvision's
/// `RoIHeads`.
struct RegionClassifier: Sendable {
  let pooler: any RegionPooler
  let boxHead: BoxHead
  /// Masks and keypoints are read from finer grids.
  let finePooler: any RegionPooler
  let maskHead: MaskHead?
  let keypointHead: KeypointHead?

  static let coder = BoxCoder(x: 10, y: 10, width: 5, height: 5)
  /// Shorter boxes are none.
  private static let leastSide: Float = 1e-2

  /// The objects among the proposals `[P, 4]` of an image, whose features are `levels`; all in pixels of the transformed image.
  func callAsFunction(
    _ levels: [Tensor], proposals: Tensor, image: ImageSize, _ thresholds: DetectionThresholds
  ) throws(ShapeError) -> ImageResult {
    var found = ImageResult(boxes: try .zeros([0, 4]), labels: [], scores: [])
    if proposals.shape[0] > 0 {
      let (scores, codes) = try boxHead(pooler(levels, regions: proposals, image: image))
      found = try Self.objects(scores: scores, codes: codes, proposals, image, thresholds)
    }
    if let maskHead { try addMasks(to: &found, maskHead, levels, image) }
    if let keypointHead { try addKeypoints(to: &found, keypointHead, levels, image) }
    return found
  }

  /// Every class of every proposal is a candidate; those above the score are decoded, cut at the image's edges and thinned out.
  private static func objects(
    scores: Tensor, codes: Tensor, _ proposals: Tensor, _ image: ImageSize, _ thresholds: DetectionThresholds
  ) throws(ShapeError) -> ImageResult {
    let probabilities = try scores.softmax(axis: 1), classes = scores.shape[1]
    try probabilities.requireValues("detection")
    // Row proposal * classes + class of the codes.
    var rows: [Int] = [], chosen: [Float] = []
    probabilities.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Float.self)
      for row in values.indices where values[row] > thresholds.score && row % classes > 0 {
        rows.append(row)
        chosen.append(values[row])
      }
    }
    let decoded = try coder.decode(
      codes.reshape([scores.shape[0] * classes, 4]).rows(rows), anchors: proposals.rows(rows.map { $0 / classes }))
    let boxes = try BoxOperators.clip(decoded, to: image)
    let large = try BoxOperators.removeSmall(boxes, minimumSize: leastSide)
    let kept = try NonMaximumSuppression.batched(
      boxes: boxes.rows(large), scores: Tensor(large.map { chosen[$0] }, shape: [large.count]),
      classes: large.map { rows[$0] % classes }, iou: thresholds.iou
    ).prefix(max(thresholds.detections, 0)).map { large[$0] }
    return ImageResult(
      boxes: try boxes.rows(kept), labels: kept.map { rows[$0] % classes }, scores: kept.map { chosen[$0] })
  }

  private func addMasks(
    to found: inout ImageResult, _ head: MaskHead, _ levels: [Tensor], _ image: ImageSize
  ) throws(ShapeError) {
    let count = found.labels.count
    guard count > 0 else {
      found.masks = try .zeros([0, 28, 28])
      return
    }
    let logits = try head(finePooler(levels, regions: found.boxes, image: image))
    let (classes, height, width) = (logits.shape[1], logits.shape[2], logits.shape[3])
    let rows = found.labels.enumerated().map { $0.offset * classes + $0.element }
    found.masks = try logits.reshape([count * classes, height, width]).rows(rows).sigmoid()
  }

  private func addKeypoints(
    to found: inout ImageResult, _ head: KeypointHead, _ levels: [Tensor], _ image: ImageSize
  ) throws(ShapeError) {
    guard !found.labels.isEmpty else {
      found.keypoints = try .zeros([0, head.keypoints, 3])
      found.keypointScores = try .zeros([0, head.keypoints])
      return
    }
    let maps = try head(finePooler(levels, regions: found.boxes, image: image))
    (found.keypoints, found.keypointScores) = try KeypointHeatmaps.keypoints(maps, regions: found.boxes)
  }
}
