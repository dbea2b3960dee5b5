/// Precision and recall after each of the detections that count, by falling score.
struct PrecisionRecall {
  /// Precision, which never rises from left to right once it was made so, and recall.
  private(set) var precision: [Double] = [], recall: [Double] = []

  /// `fates`: 1 right, 0 wrong, -1 does not count; `count` objects.
  init(_ fates: some Sequence<Int8>, of count: Int) {
    var right = 0, wrong = 0
    for fate in fates where fate >= 0 {
      if fate == 1 { right += 1 } else { wrong += 1 }
      precision.append(Double(right) / (Double(right + wrong) + 0x1p-52))
      recall.append(Double(right) / Double(count))
    }
    for index in precision.indices.dropLast().reversed() {
      precision[index] = max(precision[index], precision[index + 1])
    }
  }

  /// The precision at these recalls, which rise; 0 beyond the last.
  func precision(at recalls: [Double]) -> [Double] {
    var place = 0
    return recalls.map { wanted in
      while place < recall.count, recall[place] < wanted { place += 1 }
      return place < recall.count ? precision[place] : 0
    }
  }

  /// COCO: the mean of the precision at 101 recalls.
  var sampled: Double { precision(at: Self.cocoRecalls).reduce(0, +) / 101 }

  /// Pascal VOC 2007: the mean of the precision at 11 recalls.
  var elevenPoints: Double { precision(at: (0...10).map { Double($0) * 0.1 }).reduce(0, +) / 11 }

  /// Pascal VOC since 2010: the area under the curve.
  var area: Double {
    var sum = 0.0, last = 0.0
    for (p, r) in zip(precision, recall) {
      sum += p * (r - last)
      last = r
    }
    return sum
  }

  /// `numpy.linspace(0, 1, 101)`, to the bit: 7 of 100 objects do not reach the recall that it calls 0.07.
  static let cocoRecalls = (0..<100).map { Double($0) * 0.01 } + [1]
}
