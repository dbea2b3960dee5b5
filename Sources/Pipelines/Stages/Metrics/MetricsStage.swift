import Configuration
import Detection
import Imaging
import Support
import Synchronization

/// Compares what was found with what a data set says: accuracy of classes, average precision of objects, overlap of
/// regions, whichever the stream has.
public final class MetricsStage: RecallingStage {
  /// How a model's classes are found among the data set's.
  enum Match: String, CaseIterable, Sendable {
    case name, index
  }
  static let match = Setting<Match>.choice(
    "match", .name, "Whether classes of the model and of the data set are the same by name, or by their places.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "metrics", "Compares what was found with what a data set says.", settings: [match.declaration], needs: [.truth])

  private struct State: ~Copyable {
    var classes = ClassAccuracy()
    var objects = DetectionMetrics()
    var regions = RegionOverlap()
  }
  private let state = Mutex(State())
  private let match: Match

  /// Nothing compared yet.
  public init(_ settings: SettingValues, _ context: StageContext) throws { match = settings[Self.match] }

  /// Nothing to compare.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    guard let input = context.input, input.components.isDisjoint(with: [.classes, .detections, .masks]) else {
      return []
    }
    return [
      ConfigurationFault(
        settings.position,
        "metrics needs classes, detections or masks, and the stream has \(input.description); put classify, detect or segment before it"
      )
    ]
  }

  /// Takes the sample in; none comes out.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    if let memory = memory(of: item) { recall(memory) }
    return []
  }

  /// What a picture adds to the metrics.
  public struct Memory: Codable, Sendable {
    struct Found: Codable, Sendable {
      let box: Box
      let label: Int
      let score: Float
    }
    struct Known: Codable, Sendable {
      let box: Box
      let label: Int
      let isCrowd: Bool
      let isDifficult: Bool
    }
    var classes: [Int]?
    var label: Int?
    /// The picture's place in the stream.
    var index: Int?
    var found: [Found]?
    var known: [Known]?
    var regions: RegionOverlap.Counts?
  }

  /// What a picture adds to the metrics; nothing without truth.
  public func memory(of item: Item) -> Memory? {
    guard let truth = item.truth else { return nil }
    func place(_ label: String, _ index: Int) -> Int {
      match == .index ? index : truth.labels.firstIndex(of: label) ?? -1 - index
    }
    var memory = Memory()
    if let classes = item.classes, let label = truth.label {
      memory.classes = classes.prefix(5).map { place($0.label, $0.classIndex) }
      memory.label = label
    }
    if let objects = item.objects, let known = truth.objects {
      memory.index = item.index
      memory.found = objects.map(\.detection).map {
        Memory.Found(box: $0.box, label: place($0.label, $0.classIndex), score: $0.score)
      }
      memory.known = known.map {
        Memory.Known(box: $0.box, label: $0.label, isCrowd: $0.isCrowd, isDifficult: $0.isDifficult)
      }
    }
    if let map = item.classMap, let known = truth.classMap, known.size == map.size {
      let table = (0..<256).map { index in
        item.mapLabels.indices.contains(index) ? place(item.mapLabels[index], index) : index
      }
      memory.regions = RegionOverlap.Counts(map, table, truth: known)
    }
    return memory
  }

  /// Adds what a picture said.
  public func recall(_ memory: Memory) {
    state.withLock { state in
      let index = memory.index ?? state.objects.images
      if let classes = memory.classes, let label = memory.label { state.classes.add(classes, truth: label) }
      if let found = memory.found, let known = memory.known {
        // Boxes have no sizes that could differ.
        try? state.objects.add(
          found.map { Detection(label: "", classIndex: $0.label, score: $0.score, box: $0.box) },
          truth: known.map {
            SampleObject(box: $0.box, label: $0.label, isCrowd: $0.isCrowd, isDifficult: $0.isDifficult)
          }, image: index)
      }
      if let regions = memory.regions { state.regions.add(regions) }
    }
  }

  /// The metrics.
  public func finish(isWhole: Bool) throws -> [(String, JSONValue)] {
    state.withLock { state in
      var metrics: [(String, JSONValue)] = []
      var images = 0
      if state.classes.count > 0 {
        images = state.classes.count
        metrics += [("top1", .double(state.classes.top1)), ("top5", .double(state.classes.top5))]
      }
      if state.objects.images > 0 {
        images = max(images, state.objects.images)
        metrics += state.objects.values.map { ($0.name, .double($0.value)) }
      }
      if state.regions.images > 0 {
        images = max(images, state.regions.images)
        metrics += [("miou", .double(state.regions.meanOverlap)), ("pixel_accuracy", .double(state.regions.accuracy))]
      }
      return [("images", .int(images)), ("metrics", .object(metrics))]
    }
  }
}

/// How often the class of a picture is right.
struct ClassAccuracy {
  private(set) var count = 0
  private var first = 0
  private var five = 0

  mutating func add(_ classes: [Int], truth: Int) {
    count += 1
    if classes.first == truth { first += 1 }
    if classes.prefix(5).contains(truth) { five += 1 }
  }

  /// Share of pictures whose best class is right.
  var top1: Double { Double(first) / Double(max(count, 1)) }
  /// Share of pictures whose best five hold the right one.
  var top5: Double { Double(five) / Double(max(count, 1)) }
}

/// How well regions cover those of the truth. Everingham et al. 2010.
struct RegionOverlap {
  /// The pixels of a picture, or of several, by class.
  struct Counts: Codable, Sendable {
    var both: [Int: Int] = [:]
    var found: [Int: Int] = [:]
    var known: [Int: Int] = [:]

    init() {}

    /// `table` gives the truth's class of each of the map's. Pixels of class 255 in the truth do not count.
    init(_ map: ClassMap, _ table: [Int], truth: ClassMap) {
      // By the map's class, then the truth's.
      var pairs = [Int](repeating: 0, count: 256 * 256)
      for (mine, right) in zip(map.classes, truth.classes) { pairs[Int(mine) * 256 + Int(right)] += 1 }
      for (place, count) in pairs.enumerated() where count > 0 && place % 256 != 255 {
        let own = table[place / 256], label = place % 256
        found[own, default: 0] += count
        known[label, default: 0] += count
        if own == label { both[label, default: 0] += count }
      }
    }
  }

  private(set) var images = 0
  private var counts = Counts()

  mutating func add(_ picture: Counts) {
    images += 1
    counts.both.merge(picture.both, uniquingKeysWith: +)
    counts.found.merge(picture.found, uniquingKeysWith: +)
    counts.known.merge(picture.known, uniquingKeysWith: +)
  }

  /// Intersection over union, mean over the classes that the truth has.
  var meanOverlap: Double {
    let values = counts.known.keys.map { label -> Double in
      let common = counts.both[label] ?? 0
      return Double(common) / Double(max((counts.found[label] ?? 0) + (counts.known[label] ?? 0) - common, 1))
    }
    return values.isEmpty ? 0 : values.sorted().reduce(0, +) / Double(values.count)
  }

  /// Share of pixels whose class is right.
  var accuracy: Double {
    Double(counts.both.values.reduce(0, +)) / Double(max(counts.known.values.reduce(0, +), 1))
  }
}
