import Catalog
import Checkpoints
import Configuration
import Imaging
import Support

/// Begins a stream with models, each timed with random weights.
public struct BenchmarkStage: SourceStage {
  static let models = Setting<[String]>.texts("models", kind: .model(task: nil), "Ids of 'vision models list'.")
  static let runs = Setting<Int>.integer("runs", 10, in: 1...1_000_000, "How many times each network is run.")
  static let batch = Setting<Int>.integer("batch", 1, in: 1...1024, "Pictures at a time.")
  static let size = Setting<(width: Int, height: Int)?>.size(
    "input_size", limit: 65535, "The input's size; none for each model's usual one.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "benchmark", "Begins with models, each timed with random weights.",
    settings: [models.declaration, runs.declaration, batch.declaration, size.declaration], main: "models",
    effect: .begins)

  private let names: [String]
  private let runs: Int
  private let batch: Int
  private let size: ImageSize?
  private let finder: ModelFinder

  /// With models.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    names = settings[Self.models]
    runs = settings[Self.runs]
    batch = settings[Self.batch]
    size = settings[Self.size].map { ImageSize(width: $0.width, height: $0.height) }
    finder = context.models
  }

  /// Unknown models.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    guard let node = settings.written("models") else { return [] }
    return (node.elements ?? [node]).compactMap { element in
      guard let name = element.text, (try? Catalog.entry(name)) == nil else { return nil }
      return .unknown("model", name, among: Catalog.entries.map(\.id), at: element.position)
    }
  }

  /// How many models there are.
  public var count: Int { names.count }
  /// The model.
  public func name(at index: Int) -> String { names[index] }
  /// None: nothing is named after models.
  public func input(at index: Int) -> ImageInput? { nil }
  /// One at a time: they share the processors.
  public var isSerial: Bool { true }

  /// The model's times.
  public func item(at index: Int) throws -> Item {
    let loader = ModelLoader(locator: finder.locator) { _ in }
    let loaded = try loader.load(ModelRequest(model: names[index], weights: "random"))
    let benchmark = try NetworkBenchmark(loaded, shape: loaded.inputShape(batch: batch, size: size))
    _ = try benchmark.run(count: 2)
    let result = try benchmark.run(count: runs)
    var item = Item(name: loaded.id, input: ImageInput(.file(loaded.id)), index: index)
    item.nameKey = "model"
    item.facts = [
      ("batch", .int(batch)), ("threads", .int(ThreadPool.shared.threadCount)),
      ("median_ms", .double(result.median * 1000)), ("min_ms", .double(result.minimum * 1000)),
      ("images_per_second", .double(result.imagesPerSecond)),
      ("gflops", result.gigaflops.map(JSONValue.double) ?? .null),
    ]
    return item
  }
}
