import Detection
import Imaging
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
      let batched = NonMaximumSuppression.indices(boxes: boxes, scores: scores, classes: classes, iou: item.iou)
      #expect(try ranked(batched) == ranked(golden["batched\(index)"].integers()), "batched \(item)")
      #expect(batched == batched.sorted { (-scores[$0], $0) < (-scores[$1], $1) })
    }
  }

  @Test func twoBoxesOfDifferentClassesBothStay() {
    let box = Box(x1: 0, y1: 0, x2: 10, y2: 10)
    #expect(NonMaximumSuppression.indices(boxes: [box, box], scores: [0.5, 0.9], iou: 0.5) == [1])
    #expect(
      NonMaximumSuppression.indices(boxes: [box, box], scores: [0.5, 0.9], classes: [0, 1], iou: 0.5) == [1, 0])
  }

  @Test func numbersThatAreNoneAreDropped() {
    let good = Box(x1: 0, y1: 0, x2: 10, y2: 10), bad = Box(x1: .nan, y1: 0, x2: 10, y2: 10)
    #expect(NonMaximumSuppression.indices(boxes: [bad, good, good], scores: [0.9, .nan, 0.1], iou: 0.5) == [2])
    #expect(NonMaximumSuppression.indices(boxes: [], scores: [], iou: 0.5) == [])
  }
}
