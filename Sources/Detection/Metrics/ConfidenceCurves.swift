/// Precision, recall and F1 of detections above each confidence, at an overlap of 0.5.
public struct ConfidenceCurves: Sendable {
  /// The curves of one class.
  public struct ClassCurves: Sendable {
    /// Its number.
    public var label: Int
    /// Its average precision at 0.5.
    public var ap50: Double
    /// At each confidence, the share of the detections that are right; 1 where there is none.
    public var precision: [Double]
    /// At each confidence, the share of the objects that are found.
    public var recall: [Double]
    /// The precision at recalls of 0, 0.01 ... 1, none of them less than one to its right.
    public var precisionByRecall: [Double]

    /// Their harmonic mean.
    public var f1: [Double] { zip(precision, recall).map { $0 + $1 > 0 ? 2 * $0 * $1 / ($0 + $1) : 0 } }
  }

  /// Confidences: 0, 0.001 ... 1.
  public static let confidences = (0...1000).map { Double($0) / 1000 }
  /// The classes that the truth has.
  public let classes: [ClassCurves]

  /// The curves of what was compared.
  public init(_ metrics: DetectionMetrics) {
    var classes: [ClassCurves] = []
    for label in metrics.records.keys.sorted() {
      guard let record = metrics.records[label], record.objects[0] > 0 else { continue }
      let sorted = record.sorted, objects = record.objects[0]
      let fates = sorted.map { $0.fate(0, 1) }
      let curve = PrecisionRecall(fates, of: objects)
      var precision: [Double] = [], recall: [Double] = []
      var place = 0, right = 0, wrong = 0
      for confidence in Self.confidences.reversed() {
        while place < sorted.count, Double(sorted[place].score) >= confidence {
          if fates[place] == 1 { right += 1 } else if fates[place] == 0 { wrong += 1 }
          place += 1
        }
        precision.append(right + wrong > 0 ? Double(right) / Double(right + wrong) : 1)
        recall.append(Double(right) / Double(objects))
      }
      classes.append(
        ClassCurves(
          label: label, ap50: curve.sampled, precision: precision.reversed(), recall: recall.reversed(),
          precisionByRecall: curve.precision(at: PrecisionRecall.cocoRecalls)))
    }
    self.classes = classes
  }

  /// The mean over the classes of one of their curves.
  func mean(_ curve: (ClassCurves) -> [Double]) -> [Double] {
    guard let first = classes.first else { return [] }
    var sum = [Double](repeating: 0, count: curve(first).count)
    for entry in classes { for (index, value) in curve(entry).enumerated() { sum[index] += value } }
    return sum.map { $0 / Double(classes.count) }
  }

  /// The confidence at which the classes' mean F1 is highest, and precision, recall and F1 there; nil without objects.
  public var best: (confidence: Double, precision: Double, recall: Double, f1: Double)? {
    let f1 = mean(\.f1)
    guard let place = f1.indices.max(by: { f1[$0] < f1[$1] }) else { return nil }
    return (Self.confidences[place], mean(\.precision)[place], mean(\.recall)[place], f1[place])
  }
}
