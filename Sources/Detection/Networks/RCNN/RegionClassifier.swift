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
    _ levels: [Tensor], proposals: Tensor, image: ImageSize, _ thresholds: DetectionThresholds,
    _ parts: any PartRunner
  ) throws(ShapeError) -> ImageResult {
    let source = Source(levels: levels, image: image, parts: parts)
    var found = ImageResult(boxes: try .zeros([0, 4]), labels: [], scores: [])
    if proposals.shape[0] > 0 {
      let results = try source.run("boxes", pooler, proposals) { [boxHead] regions throws(ShapeError) in
        let (scores, codes) = try boxHead(regions)
        return [scores, codes]
      }
      found = try Self.objects(scores: results[0], codes: results[1], proposals, image, thresholds)
    }
    if let maskHead { try addMasks(to: &found, maskHead, source) }
    if let keypointHead { try addKeypoints(to: &found, keypointHead, source) }
    return found
  }

  /// Where the features of regions come from, and what runs the heads over them.
  private struct Source {
    let levels: [Tensor], image: ImageSize, parts: any PartRunner

    /// A head's results for each region of `[K, 4]`. Compiled parts are made for each number of regions: some more are taken, so that the
    /// numbers are few, and their results left out.
    func run(
      _ name: String, _ pooler: any RegionPooler, _ regions: Tensor,
      _ head: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor]
    ) throws(ShapeError) -> [Tensor] {
      let count = regions.shape[0], step = count > 128 ? 64 : 8, more = (step - count % step) % step
      let all = more > 0 ? try regions.pad([(0, more), (0, 0)]) : regions
      var results = try parts(name, pooler(levels, regions: all, image: image), head)
      for index in results.indices where more > 0 {
        results[index] = try results[index].narrow(axis: 0, start: 0, length: count)
      }
      return results
    }
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
    to found: inout ImageResult, _ head: MaskHead, _ source: Source
  ) throws(ShapeError) {
    let count = found.labels.count
    guard count > 0 else {
      found.masks = try .zeros([0, 28, 28])
      return
    }
    let logits = try source.run("masks", finePooler, found.boxes) { regions throws(ShapeError) in
      [try head(regions)]
    }[0]
    let (classes, height, width) = (logits.shape[1], logits.shape[2], logits.shape[3])
    let rows = found.labels.enumerated().map { $0.offset * classes + $0.element }
    found.masks = try logits.reshape([count * classes, height, width]).rows(rows).sigmoid()
  }

  private func addKeypoints(
    to found: inout ImageResult, _ head: KeypointHead, _ source: Source
  ) throws(ShapeError) {
    guard !found.labels.isEmpty else {
      found.keypoints = try .zeros([0, head.keypoints, 3])
      found.keypointScores = try .zeros([0, head.keypoints])
      return
    }
    let maps = try source.run("keypoints", finePooler, found.boxes) { regions throws(ShapeError) in
      [try head(regions)]
    }[0]
    (found.keypoints, found.keypointScores) = try KeypointHeatmaps.keypoints(maps, regions: found.boxes)
  }
}
