import Detection
import TensorCore
import TestSupport
import Testing

@Suite struct MatcherTests {
  private struct Case: Decodable {
    var name: String
    var objects: Int
    var anchors: Int
    var steps: Float
    var seed: UInt32
    var high: Float
    var low: Float
    var every: Bool

    func quality() throws -> Tensor {
      var values = try Formula.tensor([objects, anchors], seed: seed, scale: 0.5, offset: 0.5).floats()
        .map { ($0 * steps).rounded(.down) / steps }
      if objects > 4 { for index in 0..<anchors { values[index] = 0 } }
      return try Tensor(values, shape: [objects, anchors])
    }
  }

  @Test func equalsTorchvisions() throws {
    let golden = try Golden("matchers")
    for (index, item) in try golden.cases(Case.self).enumerated() {
      let matcher = Matcher(high: item.high, low: item.low, allowsLowQuality: item.every)
      let matches = try matcher(item.quality())
      #expect(try matches.integers() == golden[item.name].integers(), "\(item)")
      if index % 4 == 0 {
        let own = try SSDMatcher(threshold: 0.5)(item.quality())
        #expect(try own.integers() == golden["ssd\(index / 4)"].integers(), "SSD \(item)")
      }
    }
  }

  /// Two objects, four anchors: good, in between, background, and the best of a bad lot.
  @Test func byHand() throws {
    let quality = try Tensor([0.8, 0.4, 0.1, 0, 0.1, 0, 0.1, 0.2], shape: [2, 4])
    #expect(try Matcher(high: 0.7, low: 0.3)(quality).integers() == [0, Matcher.between, -1, -1])
    #expect(try Matcher(high: 0.7, low: 0.3, allowsLowQuality: true)(quality).integers() == [0, -2, -1, 1])
    #expect(try SSDMatcher(threshold: 0.5)(quality).integers() == [0, -1, -1, 1])
  }

  @Test func withoutObjectsAllIsBackground() throws {
    #expect(try Matcher(high: 0.7, low: 0.3)(.zeros([0, 3])).integers() == [-1, -1, -1])
    #expect(try SSDMatcher(threshold: 0.5)(.zeros([0, 2])).integers() == [-1, -1])
    #expect(try Matcher(high: 0.7, low: 0.3, allowsLowQuality: true)(.zeros([2, 0])).integers() == [])
    #expect(throws: ShapeError.self) { try Matcher(high: 0.7, low: 0.3)(.zeros([3])) }
  }
}
