import Configuration
import Detection
import Foundation
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

/// Begins with frames in which a cat walks and sometimes a dog sits, with features that recur.
struct SceneStage: SourceStage {
  static let amount = Setting<Int>.integer("count", 10, in: 0...1_000_000, "How many.")
  static let declaration = StageDeclaration(
    "scene", "Begins with frames.", settings: [amount.declaration], main: "count", effect: .begins,
    gives: [.image, .detections, .embedding, .truth])
  let count: Int

  init(_ settings: SettingValues, _ context: StageContext) throws { count = settings[Self.amount] }

  func name(at index: Int) -> String { "frame\(index)" }
  func input(at index: Int) -> ImageInput? { ImageInput(.file("frame\(index).png")) }

  func item(at index: Int) throws -> Item {
    var item = Item(name: name(at: index), input: ImageInput(.file("frame\(index).png")), index: index)
    item.image = try Image(width: 1, height: 1, format: .rgb, pixels: [0, 0, 0])
    let cat = Box(x: Float(index) * 3.3, y: 0, width: 20, height: 20), dog = Box(x: 50, y: 50, width: 30, height: 30)
    item.objects = [Item.Object(Detection(label: "cat", classIndex: 0, score: 0.9, box: cat))]
    if index % 5 < 2 { item.objects?.append(.init(Detection(label: "dog", classIndex: 1, score: 0.7, box: dog))) }
    item.embedding = [Float(index % 7) / 3, 1, Float(index % 3)]
    item.truth = Item.Truth(objects: [SampleObject(box: dog, label: 1)], labels: ["cat", "dog"])
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

/// Leaves samples unfinished that are listed in a file.
struct PauseStage: ItemStage {
  static let list = Setting<String>.text("list", "", "The file.")
  static let declaration = StageDeclaration(
    "pause", "Leaves some unfinished.", settings: [list.declaration], main: "list")
  private let unfinished: Set<Substring>
  init(_ settings: SettingValues, _ context: StageContext) throws {
    unfinished = Set(try String(contentsOfFile: settings[Self.list], encoding: .utf8).split(separator: " "))
  }
  func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    item.isUnfinished = unfinished.contains(Substring(item.name))
    item.facts.append(("whole", .bool(!item.isUnfinished)))
    return [item]
  }
}

extension StageRegistry {
  /// The toolkit's stages and those of tests.
  static let tests: StageRegistry = {
    var registry = StageRegistry.standard
    let stages: [any Stage.Type] = [
      NumbersStage.self, SceneStage.self, TogetherStage.self, HalvesStage.self, PauseStage.self,
    ]
    for stage in stages { registry.add(stage) }
    return registry
  }()
}
