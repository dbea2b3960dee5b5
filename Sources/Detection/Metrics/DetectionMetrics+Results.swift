/// COCO's twelve numbers, 0 to 1; -1 where the truth has no such object, as in pycocotools.
public struct COCOSummary: Sendable, Equatable {
  /// Mean over overlaps of 0.5 to 0.95, 0.5 alone, 0.75 alone.
  public var ap = -1.0, ap50 = -1.0, ap75 = -1.0
  /// Objects below 32 x 32 pixels, below 96 x 96, above.
  public var apSmall = -1.0, apMedium = -1.0, apLarge = -1.0
  /// Recall with 1, 10 and 100 detections a picture and class.
  public var ar1 = -1.0, ar10 = -1.0, ar100 = -1.0
  /// Recall of 100 detections, by the objects' size.
  public var arSmall = -1.0, arMedium = -1.0, arLarge = -1.0

  /// Of nothing.
  public init() {}

  /// All by name, in pycocotools' order.
  public var values: [(name: String, value: Double)] {
    [
      ("ap", ap), ("ap50", ap50), ("ap75", ap75), ("ap_small", apSmall), ("ap_medium", apMedium), ("ap_large", apLarge),
      ("ar1", ar1), ("ar10", ar10), ("ar100", ar100), ("ar_small", arSmall), ("ar_medium", arMedium),
      ("ar_large", arLarge),
    ]
  }
}

extension DetectionMetrics {
  /// How well one class is found.
  public struct ClassResult: Sendable, Equatable {
    /// Its number.
    public var label: Int
    /// COCO's average precision: over all overlaps, at 0.5, at 0.75; -1 without objects.
    public var ap: Double, ap50: Double, ap75: Double
    /// Pascal VOC's at 0.5: over all points, and over eleven; -1 without objects.
    public var vocAP50: Double, voc07AP50: Double
    /// Objects that count.
    public var objects: Int
    /// Detections.
    public var detections: Int
  }

  /// COCO's numbers of one class in a range of areas: precision by bound, recall by bound and number of detections.
  private struct Measured {
    var precision: [Double] = []
    /// With 1, 10, 100 detections.
    var recall: [[Double]] = []
  }

  private static func measure(_ sorted: [Entry], _ range: Int, of count: Int) -> Measured {
    var measured = Measured()
    for bound in ObjectMatching.bounds.indices {
      let bit = UInt16(1) << UInt16(bound)
      let curve = PrecisionRecall(sorted.lazy.map { $0.fate(range, bit) }, of: count)
      measured.precision.append(curve.sampled)
      measured.recall.append(
        [1, 10, 100].map { limit in
          let right = sorted.count { $0.rank < limit && $0.isRight[range] & bit != 0 }
          return Double(right) / Double(count)
        })
    }
    return measured
  }

  /// COCO's twelve numbers.
  public var summary: COCOSummary { measured.summary }

  /// Each class's results, by number.
  public var perClass: [ClassResult] { measured.perClass }

  /// Both at once, which takes half the time.
  public var measured: (summary: COCOSummary, perClass: [ClassResult]) {
    var ranges = [[Measured]](repeating: [], count: 4), classes: [ClassResult] = []
    for label in records.keys.sorted() {
      guard let record = records[label] else { continue }
      let sorted = record.sorted
      for range in 0..<4 where record.objects[range] > 0 {
        ranges[range].append(Self.measure(sorted, range, of: record.objects[range]))
      }
      let own = record.objects[0] > 0 ? ranges[0].last?.precision ?? [] : []
      let voc = record.vocObjects > 0 ? PrecisionRecall(sorted.lazy.map(\.voc), of: record.vocObjects) : nil
      classes.append(
        ClassResult(
          label: label, ap: Self.mean(own), ap50: own.first ?? -1, ap75: own.count > 5 ? own[5] : -1,
          vocAP50: voc?.area ?? -1, voc07AP50: voc?.elevenPoints ?? -1, objects: record.objects[0],
          detections: sorted.count))
    }
    return (Self.summary(ranges), classes)
  }

  private static func summary(_ ranges: [[Measured]]) -> COCOSummary {
    func precision(_ range: Int) -> Double { mean(ranges[range].flatMap(\.precision)) }
    func recall(_ range: Int, _ limit: Int) -> Double { mean(ranges[range].flatMap { $0.recall.map { $0[limit] } }) }
    var summary = COCOSummary()
    (summary.ap, summary.apSmall, summary.apMedium, summary.apLarge) = (
      precision(0), precision(1), precision(2), precision(3)
    )
    summary.ap50 = mean(ranges[0].map { $0.precision[0] })
    summary.ap75 = mean(ranges[0].map { $0.precision[5] })
    (summary.ar1, summary.ar10, summary.ar100) = (recall(0, 0), recall(0, 1), recall(0, 2))
    (summary.arSmall, summary.arMedium, summary.arLarge) = (recall(1, 2), recall(2, 2), recall(3, 2))
    return summary
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? -1 : values.reduce(0, +) / Double(values.count)
  }

  /// Pascal VOC's average precision at an overlap of 0.5, mean over the classes that the truth has: over all points, and over eleven
  /// as in 2007; -1 without objects.
  public var voc: (ap50: Double, elevenPoints: Double) {
    let found = measured.perClass.filter { $0.vocAP50 >= 0 }
    return (Self.mean(found.map(\.vocAP50)), Self.mean(found.map(\.voc07AP50)))
  }

  /// All numbers by name: COCO's twelve, then `voc_ap50` and `voc07_ap50`.
  public var values: [(name: String, value: Double)] {
    let (summary, classes) = measured, known = classes.filter { $0.vocAP50 >= 0 }
    return summary.values + [
      ("voc_ap50", Self.mean(known.map(\.vocAP50))), ("voc07_ap50", Self.mean(known.map(\.voc07AP50))),
    ]
  }
}

extension DetectionMetrics.Entry {
  /// 1 right, 0 wrong, -1 does not count.
  func fate(_ range: Int, _ bit: UInt16) -> Int8 {
    isIgnored[range] & bit != 0 ? -1 : isRight[range] & bit != 0 ? 1 : 0
  }
}
