import Configuration
import Imaging
import Pipelines
import Synchronization

/// Begins with numbered pictures, some of which fail.
struct NumbersStage: SourceStage {
  static let amount = Setting<Int>.integer("count", 10, in: 0...1_000_000, "How many.")
  static let failing = Setting<[String]>.texts("failing", [], "Numbers that fail.")
  static let declaration = StageDeclaration(
    "numbers", "Begins with numbers.", settings: [amount.declaration, failing.declaration], main: "count",
    effect: .begins, gives: [.image])

  struct Failure: Error {}
  let count: Int
  let failing: Set<String>

  init(_ settings: SettingValues, _ context: StageContext) throws {
    count = settings[Self.amount]
    failing = Set(settings[Self.failing])
  }

  func name(at index: Int) -> String { "\(index)" }
  func input(at index: Int) -> ImageInput? { ImageInput(.file("\(index).png")) }

  func item(at index: Int) throws -> Item {
    if failing.contains("\(index)") { throw Failure() }
    var item = Item(name: "\(index)", input: ImageInput(.file("\(index).png")), index: index)
    item.image = try Image(width: 1, height: 1, format: .rgb, pixels: [UInt8(index & 255), 0, 0])
    return item
  }
}

/// Says which samples it got together.
struct TogetherStage: BatchStage {
  static let size = Setting<Int>.integer("batch", 4, in: 1...64, "Samples at a time.")
  static let declaration = StageDeclaration(
    "together", "Notes batches.", settings: [size.declaration], main: "batch", needs: [.image])

  let batch: Int
  init(_ settings: SettingValues, _ context: StageContext) throws { batch = settings[Self.size] }

  func prepare(_ item: Item) throws -> PreparedImage {
    try InputContract(size: nil, fit: .shortestSide(8)).prepare(item.requireImage("together"))
  }

  func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item] {
    items.map { item in
      var item = item
      item.facts.append(("batch", .string(items.map(\.name).joined(separator: " "))))
      return item
    }
  }
}

/// Two parts of each sample.
struct HalvesStage: ItemStage {
  static let declaration = StageDeclaration("halves", "Cuts in two.", effect: .cuts, needs: [.image])
  init(_ settings: SettingValues, _ context: StageContext) throws {}
  func callAsFunction(_ item: Item) throws -> [Item] {
    (0..<2).map { part in
      var item = item
      item.parts.append(part)
      return item
    }
  }
}

extension StageRegistry {
  /// The toolkit's stages and those of tests.
  static let tests: StageRegistry = {
    var registry = StageRegistry.standard
    for stage in [NumbersStage.self, TogetherStage.self, HalvesStage.self] as [any Stage.Type] { registry.add(stage) }
    return registry
  }()
}
