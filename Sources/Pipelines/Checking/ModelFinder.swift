import Catalog
import Checkpoints
import Configuration
import Models
import Support
import Synchronization

/// Checks names of models without loading them, and loads them for stages.
public struct ModelFinder: Sendable {
  /// Where weights are looked for.
  public var locator: WeightsLocator
  private let loader: ModelLoader
  private let loaded: @Sendable (LoadedModel) -> Void
  private let warned: @Sendable (String) -> Void

  /// A finder. `fetch` gets weights that are not on this machine; `loaded` is told every model that was loaded, `warned` where
  /// another stands in for a task's default; `packed` keeps packed weights from start to start.
  public init(
    locator: WeightsLocator, packed: PackedCache? = nil, loaded: @escaping @Sendable (LoadedModel) -> Void = { _ in },
    warned: @escaping @Sendable (String) -> Void = { _ in }, fetch: @escaping ModelLoader.Fetch
  ) {
    self.locator = locator
    self.loaded = loaded
    self.warned = warned
    loader = ModelLoader(locator: locator, packed: packed, fetch: fetch)
  }

  /// A finder that downloads nothing.
  public static func offline() -> ModelFinder {
    let locator = WeightsLocator.standard(isOffline: true)
    return ModelFinder(locator: locator) { manifest in
      for file in manifest.files { _ = try locator.path(of: file, manifest: manifest) }
    }
  }

  /// The fault of a model's name, weights or task; nil where they are known. Files are looked for, not read.
  func faults(_ settings: SettingValues, _ task: ModelTask) -> [ConfigurationFault] {
    faults(settings, settings[ModelSettings.model(task)], key: "model", task)
  }

  /// The fault of a model that the setting `key` names; of any task where there is none.
  func faults(_ settings: SettingValues, _ model: String, key: String, _ task: ModelTask?) -> [ConfigurationFault] {
    let weights = settings[ModelSettings.weights]
    var faults: [ConfigurationFault] = []
    if model.lowercased().hasSuffix(".cfg") {
      if FileIdentity(path: model) == nil {
        faults.append(ConfigurationFault(settings.position(of: key), "there is no file '\(model)'"))
      }
    } else if let entry = entry(model) {
      if let task, entry.task != task {
        faults.append(
          ConfigurationFault(
            settings.position(of: key), "\(entry.id) is a model for \(entry.task.name), not for \(task.name)"))
      }
    } else {
      let names = Catalog.entries.filter { task == nil || $0.task == task }.map(\.id) + Catalog.aliases.keys.sorted()
      faults.append(.unknown("model", model, among: names, at: settings.position(of: key)))
    }
    if let weights, weights != "random", FileIdentity(path: weights) == nil, manifest(weights) == nil {
      let isPath = weights.contains("/") || weights.contains(".")
      faults.append(
        isPath
          ? ConfigurationFault(settings.position(of: "weights"), "there is no file '\(weights)'")
          : .unknown("weights", weights, among: knownWeights(), at: settings.position(of: "weights")))
    }
    return faults
  }

  /// The names of the classes that a model knows, as far as that can be told without loading it.
  func labels(_ settings: SettingValues, _ task: ModelTask) -> [String]? {
    let model = settings[ModelSettings.model(task)]
    var id = entry(model)?.defaultWeights ?? manifest(model)?.id
    if let weights = settings[ModelSettings.weights] { id = manifest(weights)?.id ?? (weights == "random" ? id : nil) }
    guard let id, let manifest = manifest(id), let home = locator.home ?? (try? WeightsHome.find()) else { return nil }
    let labels = try? manifest.labels(in: home)
    return labels?.isEmpty == false ? labels : nil
  }

  /// A model loaded, and what a record says of it.
  func load(_ settings: SettingValues, _ task: ModelTask) throws -> (model: LoadedModel, record: [(String, YAMLNode)]) {
    // A short name such as `yolo` asks for whatever is the usual one here.
    let name = settings[ModelSettings.model(task)]
    return try load(
      settings, name, task, isDefault: settings.written("model") == nil || Catalog.isAlias(name))
  }

  /// The first of some models whose weights are on this machine.
  func firstAvailable(_ models: [String]) -> String? { loader.firstAvailable(models) }

  /// The model of a name, of any task where there is none. Where it is a task's default, another may stand in.
  func load(
    _ settings: SettingValues, _ name: String, _ task: ModelTask?, isDefault: Bool = false
  ) throws -> (model: LoadedModel, record: [(String, YAMLNode)]) {
    let request = ModelRequest(
      model: name, weights: settings[ModelSettings.weights], seed: UInt64(settings[ModelSettings.seed]), task: task,
      precision: settings[ModelSettings.precision])
    let (model, notice) = isDefault ? try loader.loadDefault(request) : (try loader.load(request), nil)
    if let notice { warned(notice) }
    loaded(model)
    let place = SourcePosition("record")
    guard let path = model.weightsPath else { return (model, []) }
    let wanted = settings[ModelSettings.sha256]
    // Hashing a large file takes a while: only where somebody wants to know.
    guard wanted != nil || WeightsHashes.isWanted else { return (model, []) }
    let hash = try FileDigest.of(path: path) ?? ""
    if let wanted, wanted.lowercased() != hash {
      throw ConfigurationError(
        settings.position(of: "sha256"), "\(path) has the SHA-256 \(hash); expected \(wanted.prefix(64))")
    }
    return (model, [("sha256", .text(hash, at: place))])
  }

  private func entry(_ name: String) -> ModelEntry? {
    if let entry = try? Catalog.entry(name) { return entry }
    return manifest(name).flatMap { try? Catalog.entry($0.model) }
  }

  private func manifest(_ name: String) -> Manifest? {
    guard let home = locator.home ?? (try? WeightsHome.find()) else { return nil }
    let id = String(name.lowercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
    return try? Manifest.load(id: id, in: home)
  }

  private func knownWeights() -> [String] {
    guard let home = locator.home ?? (try? WeightsHome.find()) else { return [] }
    return ((try? Manifest.ids(in: home)) ?? []) + ["random"]
  }
}

/// Hashes of weights files, for records.
public enum WeightsHashes {
  private static let wanted = Mutex(false)

  /// Whether stages say the hashes of their weights.
  static var isWanted: Bool { wanted.withLock { $0 } }

  /// From now on stages that are made say the hashes of their weights.
  public static func want() { wanted.withLock { $0 = true } }
}
