import Detection
import Foundation
import Imaging
import TestSupport
import Testing
import Training

@Suite struct DetectionMetricsTests {
  struct Entry: Decodable {
    var box: Box
    var label: Int
    var score: Float?
    var crowd: Bool?
    var difficult: Bool?
    var area: Double?
    var mask: String?
  }
  struct Picture: Decodable {
    var truth: [Entry]
    var found: [Entry]
  }
  struct Case: Decodable {
    var name: String
    var classes: Int
    var size: Int
    var pictures: [Picture]
    var coco: [Double]
    var perClass: [[Double]]
    var cocoMasks: [Double]?
    var perClassMasks: [[Double]]?
    var curves: [[Double]]
    var voc: [[Double]]?
    var confusion: [Int]?

    func metrics(_ kind: DetectionMetrics.Kind = .boxes, order: [Int]? = nil) throws -> DetectionMetrics {
      var metrics = DetectionMetrics(kind)
      for image in order ?? Array(pictures.indices) {
        func mask(_ entry: Entry) throws -> Mask? {
          try entry.mask.map { try Mask(width: size, height: size, compressedCounts: $0) }
        }
        try metrics.add(
          pictures[image].found.map {
            Detection(label: "", classIndex: $0.label, score: $0.score ?? 0, box: $0.box, mask: try mask($0))
          },
          truth: pictures[image].truth.map {
            SampleObject(
              box: $0.box, label: $0.label, mask: try mask($0), isCrowd: $0.crowd ?? false,
              isDifficult: $0.difficult ?? false)
          }, areas: pictures[image].truth.map { $0.area ?? 0 }, image: image)
      }
      return metrics
    }
  }
  private struct File: Decodable { var cases: [Case] }

  private func cases() throws -> [Case] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Goldens/metrics.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: path)).cases
  }

  private func close(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-9 }
  }

  @Test func equalsPycocotools() throws {
    for item in try cases() {
      let (summary, classes) = try item.metrics().measured
      #expect(close(summary.values.map(\.value), item.coco), "\(item.name): \(summary) \(item.coco)")
      for result in classes {
        #expect(close([result.ap, result.ap50, result.ap75], item.perClass[result.label]), "\(item.name) \(result)")
      }
      guard let expected = item.cocoMasks, let perClass = item.perClassMasks else { continue }
      let (masks, maskClasses) = try item.metrics(.masks).measured
      #expect(close(masks.values.map(\.value), expected), "\(item.name): \(masks) \(expected)")
      #expect(expected != item.coco)
      for result in maskClasses {
        #expect(close([result.ap, result.ap50, result.ap75], perClass[result.label]), "\(item.name) \(result)")
      }
    }
  }

  @Test func equalsThePascalDevelopmentKit() throws {
    for item in try cases() {
      guard let expected = item.voc else { continue }
      let metrics = try item.metrics()
      for result in metrics.perClass {
        #expect(close([result.vocAP50, result.voc07AP50], expected[result.label]), "\(item.name) \(result)")
      }
      let known = expected.filter { $0[0] >= 0 }
      #expect(abs(metrics.voc.ap50 - known.reduce(0) { $0 + $1[0] } / Double(known.count)) < 1e-9)
    }
  }

  @Test func confusionEqualsUltralytics() throws {
    for item in try cases() {
      guard let expected = item.confusion else { continue }
      let matrix = try item.metrics().classification(classes: (0..<item.classes).map { "\($0)" })
      #expect(matrix.counts == expected && matrix.classes.last == "background", "\(item.name)")
    }
  }

  @Test func curvesEqualPycocotoolsMatches() throws {
    for item in try cases() {
      let curves = ConfidenceCurves(try item.metrics())
      for row in item.curves {
        let at = Int((row[0] * 1000).rounded())
        let own = try #require(curves.classes.first { $0.label == Int(row[1]) })
        #expect(close([own.precision[at], own.recall[at]], [row[2], row[3]]), "\(item.name) \(row)")
      }
      let best = try #require(curves.best)
      #expect(best.f1 > 0 && best.f1 <= 1 && (0...1).contains(best.confidence))
    }
  }

  @Test func theOrderOfPicturesDoesNotMatter() throws {
    for item in try cases() {
      let straight = try item.metrics(), reversed = try item.metrics(order: item.pictures.indices.reversed())
      #expect(straight.summary == reversed.summary && straight.perClass == reversed.perClass)
      var (first, second) = (DetectionMetrics(), DetectionMetrics())
      first.add(try item.metrics(order: [0, 1]))
      second = try item.metrics(order: Array(2..<item.pictures.count))
      first.add(second)
      #expect(first.summary == straight.summary && first.images == item.pictures.count)
    }
  }

  @Test func nothingAndNonsense() throws {
    var metrics = DetectionMetrics()
    #expect(metrics.summary == COCOSummary() && metrics.perClass.isEmpty && ConfidenceCurves(metrics).best == nil)
    let box = Box(x1: 0, y1: 0, x2: 10, y2: 10)
    let nonsense = [
      Detection(label: "", classIndex: 0, score: .nan, box: box),
      Detection(label: "", classIndex: 0, score: 0.9, box: Box(x1: .infinity, y1: 0, x2: 1, y2: 1)),
      Detection(label: "", classIndex: -3, score: 0.9, box: box),
    ]
    try metrics.add(nonsense, truth: [], image: 0)
    #expect(metrics.summary.ap == -1)
    try metrics.add(nonsense, truth: [SampleObject(box: box, label: 0)], image: 1)
    #expect(metrics.summary.ap == 0 && metrics.summary.apSmall == 0 && metrics.summary.apLarge == -1)
    // A label out of range of the classes counts as background.
    let matrix = try metrics.classification(classes: ["a"])
    #expect(matrix.counts == [0, 1, 0, 0])
    var masks = DetectionMetrics(.masks)
    let (small, large) = (try Mask(width: 4, height: 4, box: box), try Mask(width: 8, height: 8, box: box))
    #expect(throws: TrainingError.self) {
      try masks.add(
        [Detection(label: "", classIndex: 0, score: 1, box: box, mask: small)],
        truth: [SampleObject(box: box, label: 0, mask: large)], image: 0)
    }
  }

  @Test func scoresDrawThemselves() throws {
    let item = try #require(try cases().first)
    let score = DetectionScore(labels: ["a", "b", "c", "d"])
    for (image, picture) in item.pictures.enumerated() {
      try score.add(
        picture.found.map { Detection(label: "", classIndex: $0.label, score: $0.score ?? 0, box: $0.box) },
        truth: picture.truth.map { SampleObject(box: $0.box, label: $0.label) }, image: image)
    }
    #expect(score.metrics.map(\.name) == ["ap", "ap50", "ap75"])
    #expect(close(score.metrics.map(\.value), Array(item.coco.prefix(3))))
    #expect(score.classification.classes.count == 5)
    let pictures = try score.pictures()
    #expect(pictures.map(\.name) == ["precision_recall"] && pictures[0].image.width > 800)
    if let folder = ProcessInfo.processInfo.environment["SHOW_PLOTS"] {
      try Data(pictures[0].image.pngData()).write(to: URL(fileURLWithPath: folder + "/pr.png"))
      try Data(ConfusionPlot(score.classification).image().pngData())
        .write(to: URL(fileURLWithPath: folder + "/confusion.png"))
    }
  }

  /// As many as COCO's validation set has.
  @Test func manyPicturesTakeSeconds() throws {
    var metrics = DetectionMetrics()
    let clock = ContinuousClock(), start = clock.now
    var state: UInt64 = 1
    func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    func box() -> Box { Box(x: next() * 500, y: next() * 400, width: 5 + next() * 150, height: 5 + next() * 150) }
    for image in 0..<5000 {
      let truth = (0..<8).map { _ in SampleObject(box: box(), label: Int(next() * 80)) }
      let found = (0..<100).map { index in
        index < 8
          ? Detection(label: "", classIndex: truth[index].label, score: next(), box: truth[index].box)
          : Detection(label: "", classIndex: Int(next() * 80), score: next(), box: box())
      }
      try metrics.add(found, truth: truth, image: image)
    }
    let summary = metrics.summary, seconds = (clock.now - start) / .seconds(1)
    print("5,000 pictures of 100 detections: \(seconds) s, AP \(summary.ap)")
    #expect(summary.ar100 > 0.95 && metrics.images == 5000)
  }
}
