import Support

/// The doctor for data sets: reads every picture and annotation and says what is wrong. Changes nothing.
public struct DatasetCheck: Sendable {
  /// Threads that read and decode.
  public var threads = ThreadPool.availableProcessors
  /// How many times as many objects the most frequent class may have as the rarest before it is worth a warning.
  public var imbalance = 20.0

  /// The doctor with its defaults.
  public init() {}

  /// Looks at a whole set. `progress` is called after each picture; where it returns false, the check ends with what it has.
  public func callAsFunction(
    _ dataset: any Dataset, progress: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
  ) -> CheckReport {
    var report = CheckReport()
    var findings = FindingList()
    for fault in dataset.faults { findings.add(.fault, fault.kind, fault.file, fault.message) }
    var content = ContentIndex()
    var pixels = [Int](repeating: 0, count: 256), pixelImages = pixels
    let reader = ReadAhead(count: dataset.count, window: 4 * threads, workers: threads) { PictureCheck(dataset, $0) }
    defer { reader.stop() }
    var done = 0
    while let picture = reader.next() {
      for finding in picture.findings { findings.add(finding) }
      if let fingerprint = picture.fingerprint { content.add(dataset, done, fingerprint, &findings) }
      for (label, count) in picture.pixels.enumerated() where count > 0 {
        pixels[label] += count
        pixelImages[label] += 1
      }
      done += 1
      guard progress(done, dataset.count) else { break }
    }
    report.path = dataset.path.isEmpty ? "." : dataset.path
    report.format = dataset.format
    report.images = dataset.count
    count(dataset, &report, &findings)
    if dataset.format == .masks { countPixels(dataset, pixels, pixelImages, &report) }
    judgeClasses(dataset, report, &findings)
    findings.finish(&report)
    return report
  }

  private func count(_ dataset: any Dataset, _ report: inout CheckReport, _ findings: inout FindingList) {
    var splits: [String: Int] = [:]
    let counts = ClassCounts(any: dataset)
    report.classes = dataset.classes.enumerated().map {
      CheckReport.ClassLine(label: $1, images: counts.images[$0], objects: counts.objects[$0])
    }
    for index in 0..<dataset.count {
      if let split = dataset.split(at: index) { splits[split, default: 0] += 1 }
      if dataset.isUnlabelled(at: index) {
        findings.add(
          .fault, "image.unlabelled", Path.join(dataset.path, dataset.name(at: index)), "a picture without annotations")
      }
    }
    report.objects = counts.objects.reduce(0, +)
    report.splits = splits.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func countPixels(_ dataset: any Dataset, _ pixels: [Int], _ images: [Int], _ report: inout CheckReport) {
    let last = pixels.prefix(255).lastIndex { $0 > 0 } ?? -1
    report.classes = (0..<max(dataset.classes.count, last + 1)).map { label in
      let name = label < dataset.classes.count ? dataset.classes[label] : "class \(label)"
      return CheckReport.ClassLine(
        label: name, images: label < 256 ? images[label] : 0, objects: label < 256 ? pixels[label] : 0)
    }
    report.objects = 0
  }

  /// Classes that are missing, in the whole or from a part, and those that are rare.
  private func judgeClasses(_ dataset: any Dataset, _ report: CheckReport, _ findings: inout FindingList) {
    // Numbers without a name are gaps between ids.
    for line in report.classes where line.objects == 0 && !line.label.hasPrefix("class ") {
      findings.add(.warning, "class.empty", dataset.path, "class '\(line.label)' does not occur")
    }
    let present = report.classes.filter { $0.objects > 0 }
    if dataset.format != .masks, let most = present.max(by: { $0.objects < $1.objects }),
      let least = present.min(by: { $0.objects < $1.objects }),
      Double(most.objects) > imbalance * Double(least.objects)
    {
      findings.add(
        .warning, "class.imbalance", dataset.path,
        "'\(most.label)' has \(most.objects) objects, '\(least.label)' \(least.objects): "
          + "\(most.objects / least.objects) times as many")
    }
    guard report.splits.contains(where: { $0.name == "train" }) else { return }
    var seen: [String: Set<Int>] = [:]
    for index in 0..<dataset.count {
      guard let split = dataset.split(at: index) else { continue }
      seen[split, default: []].formUnion(dataset.labels(at: index))
    }
    let trained = seen["train"] ?? []
    for (split, labels) in seen.sorted(by: { $0.key < $1.key }) {
      for label in labels.subtracting(trained).sorted() where dataset.classes.indices.contains(label) {
        findings.add(
          .warning, "class.untrained", dataset.path, "class '\(dataset.classes[label])' is in \(split) but not in train"
        )
      }
    }
  }
}

/// Which pictures have the same content.
private struct ContentIndex {
  private var first: [UInt64: Int32] = [:]

  mutating func add(_ dataset: any Dataset, _ index: Int, _ fingerprint: UInt64, _ findings: inout FindingList) {
    guard let other = first[fingerprint].map({ Int($0) }) else {
      first[fingerprint] = Int32(clamping: index)
      return
    }
    let file = Path.join(dataset.path, dataset.name(at: index)), twin = dataset.name(at: other)
    let (split, otherSplit) = (dataset.split(at: index), dataset.split(at: other))
    if split != otherSplit, split != nil || otherSplit != nil {
      findings.add(
        .fault, "split.leakage", file,
        "in \(split ?? "no part"), the same picture as \(twin) in \(otherSplit ?? "no part")")
    } else {
      findings.add(.fault, "image.duplicate", file, "the same picture as \(twin)")
    }
    if dataset.labels(at: index).sorted() != dataset.labels(at: other).sorted() {
      findings.add(.fault, "label.conflict", file, "the same picture as \(twin), with other labels")
    }
  }
}

extension ClassCounts {
  /// Counts a set of any kind.
  init(any dataset: any Dataset) { self.init(dataset) }
}

extension Dataset {
  /// Whether nobody said anything of a picture.
  fileprivate func isUnlabelled(at index: Int) -> Bool {
    guard let files else { return labels(at: index).isEmpty }
    let place = (self as? SubsetDataset)?.indices[index] ?? index
    let entry = files.store.entries[place]
    return entry.label < 0 && entry.objects == nil && entry.classMask == nil
  }
}
