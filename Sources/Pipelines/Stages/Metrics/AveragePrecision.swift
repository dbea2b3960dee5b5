import Imaging

/// Average precision of boxes as COCO measures it (all areas, at most 100 detections a picture), and Pascal VOC's at an
/// overlap of 0.5 (all points, difficult objects left out). Lin et al. 2014, arXiv 1405.0312; Everingham et al. 2010.
struct AveragePrecision {
  private struct Match {
    let score: Float
    /// For each bound: 1 right, 0 wrong, -1 does not count.
    let states: [Int8]
    let voc: Int8
  }
  private static let bounds = (0..<10).map { 0.5 + 0.05 * Double($0) }
  private(set) var images = 0
  private var matches: [Int: [Match]] = [:]
  private var counts: [Int: Int] = [:]
  private var vocCounts: [Int: Int] = [:]

  mutating func add(_ found: [(box: Box, label: Int, score: Float)], truth: [SampleObject]) {
    images += 1
    let labels = Set(truth.map(\.label)).union(found.map(\.label))
    for label in labels {
      let known = truth.filter { $0.label == label }
      counts[label, default: 0] += known.count { !$0.isCrowd }
      vocCounts[label, default: 0] += known.count { !$0.isCrowd && !$0.isDifficult }
      // The best first; equal ones in order.
      let own = found.enumerated().filter { $0.element.label == label }
        .sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }.prefix(100).map(\.element)
      guard !own.isEmpty else { continue }
      // Those that do not count come last.
      let objects = known.filter { !$0.isCrowd } + known.filter(\.isCrowd)
      let overlaps = own.map { detection in
        objects.map { Self.overlap(detection.box, $0.box, isCrowd: $0.isCrowd) }
      }
      let states = Self.bounds.map { Self.assign(overlaps, objects, bound: $0) { $0.isCrowd } }
      let voc = Self.assign(overlaps, objects, bound: 0.5) { $0.isCrowd || $0.isDifficult }
      for (index, detection) in own.enumerated() {
        matches[label, default: []].append(
          Match(score: detection.score, states: states.map { $0[index] }, voc: voc[index]))
      }
    }
  }

  private static func overlap(_ a: Box, _ b: Box, isCrowd: Bool) -> Double {
    let width = Double(min(a.x2, b.x2)) - Double(max(a.x1, b.x1))
    let height = Double(min(a.y2, b.y2)) - Double(max(a.y1, b.y1))
    guard width > 0, height > 0 else { return 0 }
    let common = width * height
    func area(_ box: Box) -> Double { (Double(box.x2) - Double(box.x1)) * (Double(box.y2) - Double(box.y1)) }
    let joint = isCrowd ? area(a) : area(a) + area(b) - common
    return joint > 0 ? common / joint : 0
  }

  /// What becomes of each detection at a bound, as pycocotools' `evaluateImg` decides it.
  private static func assign(
    _ overlaps: [[Double]], _ objects: [SampleObject], bound: Double, ignored: (SampleObject) -> Bool
  ) -> [Int8] {
    let order = objects.indices.filter { !ignored(objects[$0]) } + objects.indices.filter { ignored(objects[$0]) }
    var taken = Set<Int>()
    return overlaps.map { row in
      var best = min(bound, 1 - 1e-10), choice: Int?
      for index in order {
        if taken.contains(index), !objects[index].isCrowd { continue }
        if let choice, !ignored(objects[choice]), ignored(objects[index]) { break }
        if row[index] < best { continue }
        best = row[index]
        choice = index
      }
      guard let choice else { return 0 }
      taken.insert(choice)
      return ignored(objects[choice]) ? -1 : 1
    }
  }

  /// `ap`, `ap50`, `ap75` and `voc_ap50`; means over the classes that the truth has.
  func result() -> [(name: String, value: Double)] {
    let labels = counts.filter { $0.value > 0 }.map(\.key).sorted()
    var byBound = [Double](repeating: 0, count: Self.bounds.count)
    var voc: [Double] = []
    for label in labels {
      let sorted = (matches[label] ?? []).enumerated().sorted {
        ($0.element.score, $1.offset) > ($1.element.score, $0.offset)
      }.map(\.element)
      for bound in byBound.indices {
        byBound[bound] += Self.sampled(sorted.map { $0.states[bound] }, of: counts[label] ?? 0)
      }
      if let count = vocCounts[label], count > 0 { voc.append(Self.area(sorted.map(\.voc), of: count)) }
    }
    let scale = 1 / Double(max(labels.count, 1))
    return [
      ("ap", byBound.reduce(0, +) / Double(byBound.count) * scale), ("ap50", byBound[0] * scale),
      ("ap75", byBound[5] * scale), ("voc_ap50", voc.isEmpty ? 0 : voc.reduce(0, +) / Double(voc.count)),
    ]
  }

  /// Precision and recall after each detection that counts; precision never rises from right to left.
  private static func curve(_ states: [Int8], of count: Int) -> (precision: [Double], recall: [Double]) {
    var right = 0, wrong = 0
    var precision: [Double] = [], recall: [Double] = []
    for state in states where state >= 0 {
      if state == 1 { right += 1 } else { wrong += 1 }
      precision.append(Double(right) / Double(right + wrong))
      recall.append(Double(right) / Double(count))
    }
    for index in precision.indices.dropLast().reversed() {
      precision[index] = max(precision[index], precision[index + 1])
    }
    return (precision, recall)
  }

  /// COCO: the mean of the precision at 101 recalls.
  private static func sampled(_ states: [Int8], of count: Int) -> Double {
    let (precision, recall) = curve(states, of: count)
    var place = 0, sum = 0.0
    for step in 0...100 {
      while place < recall.count, recall[place] < Double(step) / 100 { place += 1 }
      if place < recall.count { sum += precision[place] }
    }
    return sum / 101
  }

  /// Pascal VOC since 2010: the area under the curve.
  private static func area(_ states: [Int8], of count: Int) -> Double {
    let (precision, recall) = curve(states, of: count)
    var sum = 0.0, last = 0.0
    for (p, r) in zip(precision, recall) {
      sum += p * (r - last)
      last = r
    }
    return sum
  }
}
