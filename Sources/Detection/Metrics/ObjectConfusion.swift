import Imaging
import Training

/// What objects are taken for, and what is taken for objects: counts of pairs of true and found class at a confidence of 0.25 and
/// an overlap above 0.45, as ultralytics draws them.
struct ObjectConfusion: Sendable {
  /// In place of a class: nothing found, or nothing there.
  static let background = -1
  private static let confidence: Float = 0.25, overlap = 0.45

  private struct Pair: Hashable {
    var known: Int, found: Int
  }
  private var counts: [Pair: Int] = [:]

  /// Every detection looks at the object that it covers most, every object at the detection of those that covers it most.
  mutating func add(_ found: [Detection], _ truth: [SampleObject]) {
    let found = found.filter { $0.score >= Self.confidence }
    var choice = [Int?](repeating: nil, count: found.count), quality = [Double](repeating: 0, count: found.count)
    var taker = [Int?](repeating: nil, count: truth.count)
    for (index, detection) in found.enumerated() {
      for (place, object) in truth.enumerated() {
        let overlap = ObjectMatching.overlap(detection.box, object.box, isCrowd: object.isCrowd)
        guard overlap > Self.overlap, overlap > quality[index] else { continue }
        choice[index] = place
        quality[index] = overlap
      }
      guard let place = choice[index] else { continue }
      if let other = taker[place], quality[other] >= quality[index] { continue }
      taker[place] = index
    }
    for (place, object) in truth.enumerated() where !object.isCrowd {
      counts[
        Pair(known: object.label, found: taker[place].map { found[$0].classIndex } ?? Self.background), default: 0] += 1
    }
    for (index, detection) in found.enumerated() {
      if let place = choice[index], truth[place].isCrowd || taker[place] == index { continue }
      counts[Pair(known: Self.background, found: detection.classIndex), default: 0] += 1
    }
  }

  mutating func add(_ other: ObjectConfusion) { counts.merge(other.counts, uniquingKeysWith: +) }

  /// The counts among these classes, and the background as the last; classes that are not among them count as background.
  func metrics(classes: [String]) throws(TrainingError) -> ClassificationMetrics {
    var metrics = ClassificationMetrics(classes: classes + ["background"])
    func place(_ label: Int) -> Int { classes.indices.contains(label) ? label : classes.count }
    for (pair, count) in counts {
      let known = place(pair.known), found = place(pair.found)
      // What is of no class on both sides says nothing.
      guard known < classes.count || found < classes.count else { continue }
      try metrics.add(target: known, predicted: found, count: count)
    }
    return metrics
  }
}

extension DetectionMetrics {
  /// What objects of these classes were taken for; the last class is the background: objects that were not found, and detections where
  /// nothing is. At a confidence of 0.25 and overlaps above 0.45.
  public func classification(classes: [String]) throws(TrainingError) -> ClassificationMetrics {
    try confusion.metrics(classes: classes)
  }
}
