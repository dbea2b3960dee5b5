import Imaging

/// Greedy non-maximum suppression, as `torchvision.ops.nms` and `batched_nms`.
public enum NonMaximumSuppression {
  /// Indices of the boxes that are kept, best score first: each box drops those after it that overlap it by more than
  /// `iou` (intersection over union, 0 to 1). Equal scores keep their order. Boxes or scores that are NaN are dropped.
  public static func indices(boxes: [Box], scores: [Float], iou threshold: Float) -> [Int] {
    precondition(boxes.count == scores.count, "a score for every box")
    let order = ranked(scores).filter { boxes[$0].isFinite }
    var isDropped = [Bool](repeating: false, count: boxes.count)
    var kept: [Int] = []
    for (position, index) in order.enumerated() where !isDropped[index] {
      kept.append(index)
      for other in order[(position + 1)...] where !isDropped[other] {
        if boxes[index].iou(boxes[other]) > threshold { isDropped[other] = true }
      }
    }
    return kept
  }

  /// The same within each class: boxes of different classes never drop each other. Best score first over all classes.
  public static func indices(boxes: [Box], scores: [Float], classes: [Int], iou threshold: Float) -> [Int] {
    precondition(boxes.count == classes.count, "a class for every box")
    var byClass: [Int: [Int]] = [:]
    for (index, cls) in classes.enumerated() { byClass[cls, default: []].append(index) }
    var kept: [Int] = []
    for members in byClass.values {
      let survivors = indices(boxes: members.map { boxes[$0] }, scores: members.map { scores[$0] }, iou: threshold)
      kept += survivors.map { members[$0] }
    }
    kept.sort { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    return kept
  }

  /// The candidates that remain, within each class, best score first, at most `limit`.
  public static func filter(_ candidates: [DetectionCandidate], iou: Float, limit: Int) -> [DetectionCandidate] {
    indices(
      boxes: candidates.map(\.box), scores: candidates.map(\.score), classes: candidates.map(\.classIndex), iou: iou
    ).prefix(max(limit, 0)).map { candidates[$0] }
  }

  /// Indices by falling score, equal ones in order, NaN left out.
  private static func ranked(_ scores: [Float]) -> [Int] {
    scores.indices.filter { !scores[$0].isNaN }.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
  }
}
