import Detection
import TestSupport
import Testing

@Suite struct ScoreSelectionTests {
  private func best(_ limit: Int, _ scores: [Float], above threshold: Float) -> [ScoreSelection.Choice] {
    scores.withUnsafeBufferPointer { ScoreSelection.best(limit, of: $0, above: threshold) }
  }

  @Test func largestFirstEqualsInOrder() {
    let found = best(3, [0.1, 0.5, 0.9, 0.5, 0.2, 0.5], above: 0.1)
    #expect(found.map(\.index) == [2, 1, 3])
    #expect(found.map(\.score) == [0.9, 0.5, 0.5])
  }

  @Test func onlyAboveTheThreshold() {
    #expect(best(9, [0.3, 0.2, .nan, 0.4, Float(0.3).nextUp], above: 0.3).map(\.index) == [3, 4])
    #expect(best(2, [-3, -1, -2], above: -.infinity).map(\.index) == [1, 2])
    #expect(best(0, [1], above: 0).isEmpty)
    #expect(best(4, [], above: 0).isEmpty)
  }

  /// Against sorting all, over more values than are ever kept, rising, falling and mixed with many equals.
  @Test func asSortingAll() {
    // Adding 0 makes -0 into 0: they are equal, but not to a sort by bits.
    let mixed = (0..<50_000).map { (Formula.value($0, seed: 7) * 500).rounded() / 500 + 0 }
    for scores in [mixed, mixed.sorted(), mixed.sorted(by: >)] {
      let expected = scores.indices.filter { scores[$0] > -0.5 }
        .sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
      for limit in [1, 7, 1000, 60_000] {
        #expect(best(limit, scores, above: -0.5).map(\.index) == Array(expected.prefix(limit)))
      }
    }
  }
}
