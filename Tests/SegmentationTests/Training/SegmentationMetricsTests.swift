import Imaging
import Segmentation
import TestSupport
import Testing
import Training

@Suite struct SegmentationMetricsTests {
  private struct Case: Decodable {
    let classes: Int, shape: [Int], seed: UInt32
    let pixelAccuracy: Double, meanAccuracy: Double, miou: Double, iou: [Double]

    enum CodingKeys: String, CodingKey {
      case classes, shape, seed, miou, iou
      case pixelAccuracy = "pixel_accuracy"
      case meanAccuracy = "mean_accuracy"
    }
  }

  private static func labels(_ count: Int, seed: UInt32, classes: Int) -> [UInt8] {
    (0..<count).map { place in
      let number = Int((Double(Formula.value(place, seed: seed)) + 1) / 2 * Double(classes + 1))
      return number == classes ? 255 : UInt8(number)
    }
  }

  /// `Scripts/golden/segmentation_training.py`.
  @Test func numbersAreThoseOfNumPy() throws {
    let cases = try Golden("training").cases(Case.self)
    #expect(cases.count == 3)
    for item in cases {
      var metrics = SegmentationMetrics(classes: (0..<item.classes).map { "\($0)" })
      let count = item.shape[0] * item.shape[1]
      for picture in 0..<2 as Range<UInt32> {
        let truth = Self.labels(count, seed: item.seed + 20 * picture, classes: item.classes)
        var guess = Self.labels(count, seed: item.seed + 10 + 20 * picture, classes: item.classes - 1)
        for place in 0..<count {
          if guess[place] == 255 { guess[place] = 0 }
          let isRight = Formula.value(place, seed: item.seed + 15 + 20 * picture) > 0
          if isRight, Int(truth[place]) < item.classes - 1 { guess[place] = truth[place] }
        }
        try metrics.add(
          truth: try ClassMap(width: item.shape[1], height: item.shape[0], classes: truth),
          predicted: try ClassMap(width: item.shape[1], height: item.shape[0], classes: guess))
      }
      #expect(abs(metrics.pixelAccuracy - item.pixelAccuracy) < 1e-12)
      #expect(abs(metrics.meanAccuracy - item.meanAccuracy) < 1e-12)
      #expect(abs(metrics.meanIntersectionOverUnion - item.miou) < 1e-12)
      for (own, wanted) in zip(metrics.intersectionOverUnion, item.iou) { #expect(abs((own ?? -1) - wanted) < 1e-12) }
    }
  }

  @Test func classesThatNeitherOccurNorWereFoundAreLeftOut() throws {
    var metrics = SegmentationMetrics(classes: ["a", "b", "c"])
    #expect(metrics.meanIntersectionOverUnion.isNaN && metrics.pixelAccuracy.isNaN)
    let truth = try ClassMap(width: 4, height: 1, classes: [0, 0, 1, 255])
    try metrics.add(truth: truth, predicted: try ClassMap(width: 4, height: 1, classes: [0, 1, 1, 2]))
    #expect(metrics.intersectionOverUnion == [0.5, 0.5, nil])
    #expect(metrics.meanIntersectionOverUnion == 0.5 && metrics.pixels == 3)
    #expect(metrics.meanAccuracy == 0.75)
  }

  @Test func mapsThatDoNotFitAreRefused() throws {
    var metrics = SegmentationMetrics(classes: ["a", "b"])
    let one = try ClassMap(width: 2, height: 1, classes: [0, 1])
    #expect(throws: TrainingError.self) {
      try metrics.add(truth: one, predicted: try ClassMap(width: 1, height: 2, classes: [0, 1]))
    }
    #expect(throws: TrainingError.self) {
      try metrics.add(truth: one, predicted: try ClassMap(width: 2, height: 1, classes: [0, 2]))
    }
  }
}
