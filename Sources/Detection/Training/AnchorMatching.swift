import Imaging
import TensorCore

/// The objects of a picture against a detector's anchors.
struct AnchorMatching {
  /// The object of every anchor, `Matcher.background` or `Matcher.between`.
  let objects: [Int]
  /// Anchors that have one, in order.
  let matched: [Int]
  /// The objects' corners, `[M, 4]`.
  let boxes: Tensor

  /// Matches `[M, N]` overlaps by `match`.
  init(
    _ objects: [TrainingObject], _ anchors: Tensor, _ match: (Tensor) throws(ShapeError) -> Tensor
  ) throws(ShapeError) {
    boxes = try Self.boxes(objects)
    self.objects = try match(BoxOperators.iou(boxes, anchors)).integers()
    matched = self.objects.indices.filter { [objects = self.objects] in objects[$0] >= 0 }
  }

  /// The corners of objects, `[M, 4]`.
  static func boxes(_ objects: [TrainingObject]) throws(ShapeError) -> Tensor {
    try Tensor(objects.flatMap { [$0.box.x1, $0.box.y1, $0.box.x2, $0.box.y2] }, shape: [objects.count, 4])
  }

  /// Writes the codes of the matched anchors' boxes into `target`, four an anchor.
  func writeCodes(
    _ coder: BoxCoder, _ anchors: Tensor, into target: inout [Float], at start: Int
  ) throws(ShapeError) {
    guard !matched.isEmpty else { return }
    let codes = try coder.encode(boxes.rows(matched.map { objects[$0] }), anchors: anchors.rows(matched)).floats()
    for (place, anchor) in matched.enumerated() {
      for code in 0..<4 { target[4 * (start + anchor) + code] = codes[4 * place + code] }
    }
  }
}
