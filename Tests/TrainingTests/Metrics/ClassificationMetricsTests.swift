import Foundation
import TensorCore
import Testing
import Training

@Suite struct ClassificationMetricsTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      let classes: Int, logits: [Float], targets: [Int], confusion: [Int], support: [Int]
      let top1: Double, top5: Double, balanced: Double
      let precision: [Double], recall: [Double], f1: [Double]
      let macroF1: Double

      private enum CodingKeys: String, CodingKey {
        case classes, logits, targets, confusion, support, top1, top5, balanced, precision, recall, f1
        case macroF1 = "macro_f1"
      }
    }
    let cases: [Case]
  }

  private static func cases() throws -> [Golden.Case] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/metrics.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url)).cases
  }

  private func names(_ count: Int) -> [String] { (0..<count).map { "class \($0)" } }

  private func near(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func equalsPyTorchAndNumPyBatchByBatch() throws {
    let cases = try Self.cases()
    #expect(cases.count == 3)
    for (number, golden) in cases.enumerated() {
      var metrics = ClassificationMetrics(classes: names(golden.classes)), second = metrics
      var start = 0
      while start < golden.targets.count {
        let end = min(start + 7, golden.targets.count)
        let part = Array(golden.logits[start * golden.classes..<end * golden.classes])
        let scores = try Tensor(part, shape: [end - start, golden.classes])
        // Every other batch comes from elsewhere.
        if start % 2 == 0 {
          try metrics.add(scores: scores, targets: Array(golden.targets[start..<end]))
        } else {
          try second.add(scores: scores, targets: Array(golden.targets[start..<end]))
        }
        start = end
      }
      try metrics.add(second)
      #expect(metrics.counts == golden.confusion, "case \(number)")
      let top5 = try #require(metrics.top5)
      #expect(near([metrics.top1, top5], [golden.top1, golden.top5]), "case \(number)")
      #expect(near([metrics.balancedAccuracy, metrics.macroF1], [golden.balanced, golden.macroF1]), "case \(number)")
      let results = metrics.perClass
      #expect(near(results.map(\.precision), golden.precision) && near(results.map(\.recall), golden.recall))
      #expect(near(results.map(\.f1), golden.f1) && results.map(\.support) == golden.support)
    }
  }

  @Test func pairsAreCountedWithoutRanks() throws {
    var metrics = ClassificationMetrics(classes: ["a", "b"])
    for (target, predicted) in [(0, 0), (0, 1), (1, 1)] { try metrics.add(target: target, predicted: predicted) }
    #expect(metrics.counts == [1, 1, 0, 1] && metrics.top5 == nil && metrics.count == 3)
    #expect(abs(metrics.top1 - 2.0 / 3) < 1e-15)
  }

  @Test func ofEqualScoresTheEarlierClassWinsAndNoNumberLoses() throws {
    var metrics = ClassificationMetrics(classes: names(3))
    try metrics.add(
      scores: Tensor([1, 1, 0, .nan, -5, -6, .nan, .nan, .nan], shape: [3, 3]), targets: [1, 1, 0])
    #expect(metrics.counts == [1, 0, 0, 1, 1, 0, 0, 0, 0])
    // The last row has no number for its class: it is among the best by chance only.
    #expect(metrics.top5 == 2.0 / 3)
  }

  @Test func nothingMeasuredIsZeroNotNoNumber() {
    let metrics = ClassificationMetrics(classes: names(2))
    #expect(metrics.top1 == 0 && metrics.balancedAccuracy == 0 && metrics.perClass.allSatisfy { $0.f1 == 0 })
  }

  @Test func whatDoesNotFitIsRefused() throws {
    var metrics = ClassificationMetrics(classes: names(3))
    let before = metrics
    #expect(throws: TrainingError.inconsistent("label 3, there are 3 classes")) {
      try metrics.add(target: 3, predicted: 0)
    }
    #expect(throws: TrainingError.self) { try metrics.add(scores: Tensor([1, 2], shape: [1, 2]), targets: [0]) }
    #expect(throws: TrainingError.self) {
      try metrics.add(scores: Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), targets: [0, -1])
    }
    #expect(throws: TrainingError.self) { try metrics.add(ClassificationMetrics(classes: names(2))) }
    #expect(metrics == before)
  }
}
