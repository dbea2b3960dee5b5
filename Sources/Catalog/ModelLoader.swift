import Checkpoints
import Downloads
import Imaging
import Models
import NeuralNetwork
import Support

/// Finds, builds and loads models: from the name a user gives to a network that runs.
public struct ModelLoader: Sendable {
  /// Where weights are looked for.
  public let locator: WeightsLocator
  /// Gets weights that are not on this machine; called with the manifest, returns when its files are in the cache.
  public typealias Fetch = @Sendable (Manifest) throws -> Void
  private let fetch: Fetch
  /// Where packed weights are kept from start to start; nil for training, whose weights change.
  let packed: PackedCache?

  /// A loader.
  public init(locator: WeightsLocator, packed: PackedCache? = nil, fetch: @escaping Fetch) {
    self.locator = locator
    self.packed = packed
    self.fetch = fetch
  }

  /// Loads what is asked for.
  public func load(_ request: ModelRequest) throws -> LoadedModel {
    if request.model.lowercased().hasSuffix(".cfg") { return try loadDarknet(configuration: request.model, request) }
    if request.weights == nil, let trained = try loadTrained(request.model, request) { return trained }
    let (entry, named) = try find(request.model)
    if let task = request.task, entry.task != task {
      throw CatalogError.wrongTask(model: entry.id, task: entry.task.name, wanted: task.name)
    }
    switch request.weights {
    case nil:
      guard let manifest = try named ?? defaultManifest(of: entry) else {
        throw CatalogError.noWeights(model: entry.id)
      }
      return try load(entry, manifest, files: files(of: manifest), request)
    case "random"?:
      return try load(entry, named ?? defaultManifest(of: entry), files: nil, request)
    case let weights?:
      if let trained = try loadTrained(weights, request, as: Catalog.isAlias(request.model) ? nil : entry) {
        return trained
      }
      if isFile(weights) {
        if weights.lowercased().hasSuffix(".weights") { return try loadDarknet(weights: weights, entry, request) }
        return try load(fitting: entry, path: weights, named, request)
      }
      let manifest = try Manifest.load(id: Catalog.normalized(weights), in: locator.requiredHome())
      let owner = try Catalog.entry(manifest.model)
      guard owner.id == entry.id || Catalog.isAlias(request.model) else {
        throw CatalogError.otherModel(weights: manifest.id, model: owner.id, wanted: entry.id)
      }
      return try load(owner, manifest, files: files(of: manifest), request)
    }
  }

  /// The model of a name: a catalog's id or alias, or the id of a manifest, which names the weights too.
  private func find(_ name: String) throws -> (entry: ModelEntry, manifest: Manifest?) {
    do throws(CatalogError) {
      return (try Catalog.entry(name), nil)
    } catch {
      guard let manifest = try? Manifest.load(id: Catalog.normalized(name), in: locator.requiredHome()) else {
        throw error
      }
      return (try Catalog.entry(manifest.model), manifest)
    }
  }

  /// The manifest of the weights that a model has where none are named; nil where nobody publishes any.
  private func defaultManifest(of entry: ModelEntry) throws -> Manifest? {
    try entry.defaultWeights.map { id throws in try Manifest.load(id: id, in: locator.requiredHome()) }
  }

  /// Whether a `--weights` argument is meant as a file: it exists, or is written like a path.
  private func isFile(_ name: String) -> Bool {
    FileIdentity(path: name) != nil || name.contains("/")
      || [".safetensors", ".pth", ".pt", ".th", ".weights", ".model"].contains(where: name.lowercased().hasSuffix)
  }

  /// The files of a manifest, pulled where they are not on this machine.
  func files(of manifest: Manifest) throws -> [String] {
    if manifest.files.contains(where: { locator.search(for: $0).found == nil }) { try fetch(manifest) }
    return try manifest.files.map { try locator.path(of: $0, manifest: manifest) }
  }

  private func load(
    _ entry: ModelEntry, _ manifest: Manifest?, files: [String]?, _ request: ModelRequest
  ) throws -> LoadedModel {
    switch entry.builder {
    case .network:
      let state = try files.map {
        try StateDictionary.read(path: $0[0]).renaming { key in manifest.map { $0.ourKey(key) } ?? key }
      }
      return try load(entry, manifest, manifest?.options, state, request)
    case .darknet:
      let path: String
      if let files, files.count > 1 {
        path = files[1]
      } else if let manifest, let configuration = manifest.configuration {
        path = try locator.path(of: configuration, manifest: manifest)
      } else {
        throw CatalogError.incomplete(file: entry.id, problem: "the manifest names no .cfg file")
      }
      return try loadDarknet(configuration: path, weights: files?[0], id: entry.id, manifest, request)
    }
  }

  /// A network from code with the contract and labels of a manifest, where there is one, and with what the weights force on it.
  private func load(
    _ entry: ModelEntry, _ manifest: Manifest?, _ forced: ManifestOptions?, _ state: StateDictionary?,
    _ request: ModelRequest
  ) throws -> LoadedModel {
    guard case .network(let build) = entry.builder else {
      throw CatalogError.incomplete(file: entry.id, problem: "this model is described by a .cfg file")
    }
    let state = try state?.renaming { key in entry.obsoleteSuffixes.contains(where: key.hasSuffix) ? nil : key }
    var options = entry.options
    if let forced {
      options.classes = forced.classes ?? options.classes
      options.transformsInput = forced.transformsInput
      options.normEpsilon = forced.normEpsilon ?? options.normEpsilon
      options.imageSize = forced.imageSize ?? options.imageSize
      options.minRatio = forced.minRatio
    }
    if let state {
      options.hasAuxiliaryHeads = state.names.contains { name in entry.auxiliaryPrefixes.contains(where: name.hasPrefix)
      }
      if let positions = entry.positions, let shape = state.spec(of: positions.key)?.shape {
        options.imageSize = positions.imageSize(shape) ?? options.imageSize
      }
    }
    let store = ParameterStore(seed: request.seed)
    store.precision = request.precision
    let network = build(store.root, options)
    if let state { try fill(store, state) }
    let home = try locator.requiredHome()
    var contract = try manifest?.inputContract ?? entry.contract()
    if entry.positions != nil, let side = options.imageSize, contract.size != ImageSize(width: side, height: side) {
      contract.size = ImageSize(width: side, height: side)
      contract.fit = .shortestSide(side)
    }
    return LoadedModel(
      id: entry.id, task: entry.task, network: network, parameters: store, contract: contract,
      labels: try manifest?.labels(in: home) ?? [], categoryIDs: try manifest?.knownCategoryIDs(in: home),
      weightsPath: state?.path, channels: entry.channels, inputSize: entry.inputSize)
  }

  /// Fills a network's parameters from a weights file, or takes what is kept of it.
  func fill(_ store: ParameterStore, _ state: StateDictionary) throws(CheckpointError) {
    let session = packed?.session(state.mapping)
    store.packedKeeper = session
    try store.load(state) { session?.isChecked($0) ?? false }
  }

  /// A weights file of the user's, for the model named or, where an alias was named, for the variant of its family that it fits.
  /// A file that has the name of a published one is taken for that; else the model's default weights say how it is fed, and
  /// nothing is forced on the network.
  private func load(
    fitting entry: ModelEntry, path: String, _ named: Manifest?, _ request: ModelRequest
  ) throws -> LoadedModel {
    let file = try StateDictionary.read(path: path)
    var chosen = entry
    if Catalog.isAlias(request.model) {
      let family = Catalog.entries.filter { $0.family == entry.family }
      chosen = family.first { fits($0, file) } ?? entry
    }
    let (manifest, options): (Manifest?, ManifestOptions?) =
      if let named { (named, named.options) } else { try describing(chosen, path: path) }
    return try load(
      chosen, manifest, options, file.renaming { key in manifest.map { $0.ourKey(key) } ?? key }, request)
  }

  /// The manifest of a weights file that does not describe itself: by its name, with the network's options, or else that of
  /// the model's default, whose options need not be this file's.
  func describing(_ entry: ModelEntry, path: String) throws -> (manifest: Manifest?, options: ManifestOptions?) {
    let published = try Manifest.publishing(
      fileName: Path.name(of: path), model: entry.id, in: locator.requiredHome())
    if let published { return (published, published.options) }
    return (try defaultManifest(of: entry), nil)
  }

  private func fits(_ entry: ModelEntry, _ state: StateDictionary) -> Bool {
    guard case .network(let build) = entry.builder else { return false }
    let store = ParameterStore()
    _ = build(store.root, entry.options)
    return store.parameters.allSatisfy {
      $0.kind == .optionalBuffer || state.spec(of: $0.path)?.shape == $0.spec.shape
    }
  }
}

extension WeightsLocator {
  /// The home, or the error that says where it was looked for.
  func requiredHome() throws -> WeightsHome { try home ?? WeightsHome.find() }
}

extension Manifest {
  /// A file's key as our network names it; nil for those to leave out.
  func ourKey(_ key: String) -> String? {
    var name = key
    for rule in keyMap {
      guard let renamed = rule.apply(to: name) else { return nil }
      name = renamed
    }
    return name
  }

  func knownCategoryIDs(in home: WeightsHome) throws -> [Int]? {
    let ids = try categoryIDs(in: home)
    return ids.isEmpty ? nil : ids
  }
}
