import Detection
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct NonMaximumSuppressionTests {
  private struct Case: Decodable {
    var count: Int
    var iou: Float
    var classes: Int
    var seed: UInt32
  }

  @Test func keepsWhatTorchvisionKeeps() throws {
    let golden = try Golden("nms")
    for (index, item) in try golden.cases(Case.self).enumerated() {
      let centre = try Formula.tensor([item.count, 2], seed: item.seed, scale: 50, offset: 60).floats()
      let size = try Formula.tensor([item.count, 2], seed: item.seed + 1, scale: 12, offset: 20).floats()
      let boxes = (0..<item.count).map { box in
        Box(
          x1: centre[2 * box] - size[2 * box] / 2, y1: centre[2 * box + 1] - size[2 * box + 1] / 2,
          x2: centre[2 * box] + size[2 * box] / 2, y2: centre[2 * box + 1] + size[2 * box + 1] / 2)
      }
      let scores = try Formula.tensor([item.count], seed: item.seed + 2, scale: 0.5, offset: 0.5).floats()
        .map { ($0 * 64).rounded(.down) / 64 }
      let classes = try Formula.tensor([item.count], seed: item.seed + 3, scale: 0.5, offset: 0.5).floats()
        .map { Int(($0 * Float(item.classes)).rounded(.down)) }
      // torchvision sorts equal scores in no promised order, so ties are compared as sets of one score.
      func ranked(_ kept: [Int]) -> [[Int]] {
        Dictionary(grouping: kept) { scores[$0] }.sorted { $0.key > $1.key }.map { $0.value.sorted() }
      }
      let plain = NonMaximumSuppression.indices(boxes: boxes, scores: scores, iou: item.iou)
      #expect(try ranked(plain) == ranked(golden["plain\(index)"].integers()), "plain \(item)")
      let batched = NonMaximumSuppression.batched(boxes: boxes, scores: scores, classes: classes, iou: item.iou)
      #expect(try ranked(batched) == ranked(golden["batched\(index)"].integers()), "batched \(item)")
      #expect(batched == batched.sorted { (-scores[$0], $0) < (-scores[$1], $1) })
    }
  }

  @Test func twoBoxesOfDifferentClassesBothStay() {
    let box = Box(x1: 0, y1: 0, x2: 10, y2: 10)
    #expect(NonMaximumSuppression.indices(boxes: [box, box], scores: [0.5, 0.9], iou: 0.5) == [1])
    #expect(
      NonMaximumSuppression.batched(boxes: [box, box], scores: [0.5, 0.9], classes: [0, 1], iou: 0.5) == [1, 0])
  }

  @Test func numbersThatAreNoneAreDropped() {
    let good = Box(x1: 0, y1: 0, x2: 10, y2: 10), bad = Box(x1: .nan, y1: 0, x2: 10, y2: 10)
    #expect(NonMaximumSuppression.indices(boxes: [bad, good, good], scores: [0.9, .nan, 0.1], iou: 0.5) == [2])
    #expect(NonMaximumSuppression.indices(boxes: [], scores: [], iou: 0.5) == [])
  }

  /// Thousands of boxes against the definition, written out.
  @Test func manyBoxesAgainstTheDefinition() throws {
    var generator = SeededGenerator(seed: 4)
    let boxes = (0..<3000).map { _ -> Box in
      let x = Float.random(in: 0...500, using: &generator), y = Float.random(in: 0...500, using: &generator)
      return Box(
        x: x, y: y, width: Float.random(in: 5...90, using: &generator),
        height: Float.random(in: 5...90, using: &generator))
    }
    let scores = (0..<3000).map { _ in Float(generator.int(0...200)) / 200 }
    let order = boxes.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    for iou: Float in [0, 0.3, 0.6] {
      var wanted: [Int] = []
      for index in order where !wanted.contains(where: { boxes[$0].iou(boxes[index]) > iou }) { wanted.append(index) }
      #expect(NonMaximumSuppression.indices(boxes: boxes, scores: scores, iou: iou) == wanted)
      let corners = try Tensor(boxes.flatMap { [$0.x1, $0.y1, $0.x2, $0.y2] }, shape: [3000, 4])
      let tensor = try Tensor(scores, shape: [3000])
      #expect(try NonMaximumSuppression.indices(boxes: corners, scores: tensor, iou: iou) == wanted)
      let classes = [Int](repeating: 5, count: 3000)
      #expect(
        try NonMaximumSuppression.batched(boxes: corners, scores: tensor, classes: classes, iou: iou) == wanted)
    }
  }

  /// Three tenths as float lie above 0.3, and the reference compares with the double.
  @Test func boundsAreDecimal() {
    let boxes = [Box(x1: 0, y1: 0, x2: 10, y2: 1), Box(x1: 0, y1: 0, x2: 3, y2: 1)]
    #expect(NonMaximumSuppression.indices(boxes: boxes, scores: [1, 0.5], iou: 0.3) == [0])
    #expect(NonMaximumSuppression.indices(boxes: boxes, scores: [1, 0.5], iou: 0.31) == [0, 1])
  }

  @Test func softByHand() throws {
    // The second overlaps the first by 1/3, the third none.
    let boxes = [
      Box(x1: 0, y1: 0, x2: 2, y2: 1), Box(x1: 1, y1: 0, x2: 3, y2: 1), Box(x1: 8, y1: 8, x2: 9, y2: 9),
    ]
    let linear = NonMaximumSuppression.soft(boxes: boxes, scores: [0.9, 0.6, 0.5], decay: .linear(iou: 0.3))
    #expect(linear.map(\.index) == [0, 2, 1] && linear.map(\.score)[..<2] == [0.9, 0.5])
    #expect(abs(linear[2].score - 0.4) < 1e-6)
    let kept = NonMaximumSuppression.soft(boxes: boxes, scores: [0.9, 0.6, 0.5], decay: .linear(iou: 0.4))
    #expect(kept.map(\.score) == [0.9, 0.6, 0.5])
    // exp(-(1/3)^2 / 0.5) = 0.800737
    let gaussian = NonMaximumSuppression.soft(boxes: boxes, scores: [0.9, 0.6, 0.5])
    #expect(gaussian.map(\.index) == [0, 2, 1] && abs(gaussian[2].score - 0.480442) < 1e-5)
    let few = NonMaximumSuppression.soft(boxes: boxes, scores: [0.9, 0.6, .nan], minimumScore: 0.5)
    #expect(few.map(\.index) == [0])
    let ties = NonMaximumSuppression.soft(boxes: boxes + boxes, scores: [1, 1, 1, 1, 1, 1], minimumScore: 0.9)
    #expect(ties.map(\.index) == [0, 2])
  }

  @Test func errors() throws {
    let boxes = try Tensor.zeros([3, 4]), scores = try Tensor.zeros([2])
    #expect(throws: ShapeError.self) { try NonMaximumSuppression.indices(boxes: boxes, scores: scores, iou: 0.5) }
    #expect(throws: ShapeError.self) {
      try NonMaximumSuppression.batched(boxes: boxes, scores: .zeros([3]), classes: [1], iou: 0.5)
    }
  }
}
