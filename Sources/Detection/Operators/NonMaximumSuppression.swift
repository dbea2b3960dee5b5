import CKernels
import Imaging
import TensorCore

/// Greedy non-maximum suppression, as `torchvision.ops.nms` and `batched_nms`: each box drops those of lower score that
/// overlap it by more than a bound.
///
/// Equal scores keep their order. Boxes that are not finite and scores that are NaN are dropped.
public enum NonMaximumSuppression {
  /// Indices of the boxes that are kept, best score first. `iou` bounds intersection over union, 0 to 1.
  public static func indices(boxes: [Box], scores: [Float], iou threshold: Float) -> [Int] {
    precondition(boxes.count == scores.count, "a score for every box")
    return indices(corners: corners(of: boxes), scores: scores, iou: threshold)
  }

  /// The same within each class: boxes of different classes never drop each other. Best score first over all classes.
  public static func batched(boxes: [Box], scores: [Float], classes: [Int], iou threshold: Float) -> [Int] {
    precondition(boxes.count == scores.count && boxes.count == classes.count, "a score and a class for every box")
    return batched(corners: corners(of: boxes), scores: scores, classes: classes, iou: threshold)
  }

  /// The same for corners `[N, 4]` and scores `[N]`, both float32. Throws where shapes or types are others.
  public static func indices(boxes: Tensor, scores: Tensor, iou threshold: Float) throws(ShapeError) -> [Int] {
    try check(boxes, scores)
    return indices(corners: try boxes.floats(), scores: try scores.floats(), iou: threshold)
  }

  /// The same within each class, for corners `[N, 4]`, scores `[N]` and a class for every box.
  public static func batched(
    boxes: Tensor, scores: Tensor, classes: [Int], iou threshold: Float
  ) throws(ShapeError) -> [Int] {
    try check(boxes, scores)
    guard classes.count == boxes.shape[0] else {
      throw ShapeError(.shape, "nms", "\(classes.count) classes for \(boxes.shape[0]) boxes", shapes: boxes.shape)
    }
    return batched(corners: try boxes.floats(), scores: try scores.floats(), classes: classes, iou: threshold)
  }

  /// The candidates that remain, within each class, best score first, at most `limit`.
  public static func filter(_ candidates: [DetectionCandidate], iou: Float, limit: Int) -> [DetectionCandidate] {
    batched(
      boxes: candidates.map(\.box), scores: candidates.map(\.score), classes: candidates.map(\.classIndex), iou: iou
    ).prefix(max(limit, 0)).map { candidates[$0] }
  }

  private static func check(_ boxes: Tensor, _ scores: Tensor) throws(ShapeError) {
    guard try boxes.boxCount("nms") == scores.count, scores.rank == 1, scores.dtype == .float32 else {
      throw ShapeError(.shape, "nms", "scores must be float32, one a box", shapes: boxes.shape, scores.shape)
    }
    try scores.requireValues("nms")
  }

  private static func corners(of boxes: [Box]) -> [Float] {
    var corners: [Float] = []
    corners.reserveCapacity(4 * boxes.count)
    for box in boxes { corners += [box.x1, box.y1, box.x2, box.y2] }
    return corners
  }

  private static func indices(corners: [Float], scores: [Float], iou threshold: Float) -> [Int] {
    let order = ranked(0..<scores.count, corners, scores)
    return suppressed(corners, order, exactly(threshold)).map(Int.init)
  }

  private static func batched(
    corners: [Float], scores: [Float], classes: [Int], iou threshold: Float
  ) -> [Int] {
    var groups: [Int: [Int32]] = [:]
    let order = ranked(0..<scores.count, corners, scores), bound = exactly(threshold)
    for index in order { groups[classes[Int(index)], default: []].append(index) }
    var isKept = [Bool](repeating: false, count: scores.count)
    for members in groups.values {
      for index in suppressed(corners, members, bound) { isKept[Int(index)] = true }
    }
    return order.map(Int.init).filter { isKept[$0] }
  }

  /// Those of the boxes that are kept, in their order.
  private static func suppressed(_ corners: [Float], _ order: [Int32], _ threshold: Float) -> [Int32] {
    guard !order.isEmpty else { return [] }
    return [Int32](unsafeUninitializedCapacity: order.count) { kept, count in
      Workspace.withFloats(vk_nms_workspace(order.count)) { workspace in
        count = vk_nms(
          KernelISA.current, corners, order, order.count, threshold, kept.baseAddress, workspace)
      }
    }
  }

  /// Numbers of the boxes by falling score, equal ones in order; without those whose numbers are none.
  static func ranked(_ range: Range<Int>, _ corners: [Float], _ scores: [Float]) -> [Int32] {
    let sound = range.filter { index in
      !scores[index].isNaN && corners[4 * index..<4 * index + 4].allSatisfy(\.isFinite)
    }
    return sound.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }.map { Int32($0) }
  }

  /// The largest float that is not above what the bound says in decimals: the reference compares with a double.
  private static func exactly(_ threshold: Float) -> Float {
    guard let wanted = Double("\(threshold)"), wanted.isFinite else { return threshold }
    return Double(threshold) > wanted ? threshold.nextDown : threshold
  }
}
