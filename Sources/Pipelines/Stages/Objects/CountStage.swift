import Configuration
import Support
import Synchronization

/// Counts objects by class: of each picture, and of all at the end.
public final class CountStage: RecallingStage {
  /// Its declaration.
  public static let declaration = StageDeclaration(
    "count", "Counts objects by class.", needs: [.detections])

  private let totals = Mutex<(pictures: Int, objects: [String: Int])>((0, [:]))

  /// Counts of nothing.
  public init(_ settings: SettingValues, _ context: StageContext) throws {}

  /// The sample with its counts.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let counts = Self.counts(item)
    item.facts += [("count", .int(item.objects?.count ?? 0)), ("counts", Self.json(counts))]
    recall(counts)
    return [item]
  }

  private static func counts(_ item: Item) -> [String: Int] {
    var counts: [String: Int] = [:]
    for object in item.objects ?? [] { counts[object.detection.label, default: 0] += 1 }
    return counts
  }

  /// Its counts.
  public func memory(of item: Item) -> [String: Int]? { Self.counts(item) }

  /// Adds a picture's counts.
  public func recall(_ counts: [String: Int]) {
    totals.withLock { state in
      state.pictures += 1
      for (label, count) in counts { state.objects[label, default: 0] += count }
    }
  }

  private static func json(_ counts: [String: Int]) -> JSONValue {
    .object(counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, .int($0.value)) })
  }

  /// All counts.
  public func finish(isWhole: Bool) throws -> [(String, JSONValue)] {
    let (pictures, objects) = totals.withLock { $0 }
    return [
      ("images", .int(pictures)), ("objects", .int(objects.values.reduce(0, +))), ("counts", Self.json(objects)),
    ]
  }
}
