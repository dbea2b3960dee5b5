import Checkpoints
import Imaging
import Models
import NeuralNetwork
import Support
import TensorCore

/// A network made for a data set's classes, with the weights that fit it.
public struct TrainableModel: Sendable {
  /// The catalog's entry.
  public let entry: ModelEntry
  /// The network.
  public let network: any Network
  /// Its parameters.
  public let parameters: ParameterStore
  /// How a picture becomes its input.
  public let contract: InputContract
  /// What the weights, or the recipe, forced on the network.
  public let options: ManifestOptions
  /// The names of the network's classes: the data set's, behind the background where the network counts that.
  public let labels: [String]
  /// Paths of the parameters of the layers that score the classes.
  public let head: Set<String>
  /// Paths of parameters that the weights did not fill: those of a new head.
  public let notLoaded: [String]
  /// The file that the weights came from; nil for random ones.
  public let weightsPath: String?

  /// What its weights files say of themselves.
  public var trained: TrainedWeights {
    TrainedWeights(model: entry.id, labels: labels, contract: contract, options: options)
  }
}

extension ModelLoader {
  /// A network for classes of these names. Weights (a file, a run's folder, a manifest's id, `random`, or nil for the model's own)
  /// fill all but the layers that score the classes, and these too where they score the same classes. `minRatio`: the side of
  /// SSDLite's smallest default boxes as a share of the input's, nil for what the weights or else the model have.
  ///
  /// Throws `CatalogError` for unknown models and weights, `CheckpointError` where the rest of the network does not fit.
  public func loadForTraining(
    _ name: String, weights: String?, labels: [String], inputSize: ImageSize? = nil, minRatio: Double? = nil,
    seed: UInt64
  ) throws -> TrainableModel {
    let run = TrainedWeights.file(ofRun: name)
    let source = weights ?? run
    var forced = ManifestOptions()
    var state: StateDictionary?, contract: InputContract?, known: [String]?, entry: ModelEntry?
    if let source, source != "random", FileIdentity(path: source) != nil || TrainedWeights.file(ofRun: source) != nil {
      let file = try StateDictionary.read(path: TrainedWeights.file(ofRun: source) ?? source)
      state = file
      if let trained = try TrainedWeights(file) {
        (contract, known) = (trained.contract, trained.labels)
        forced = trained.options
        if run != nil { entry = try Catalog.entry(trained.model) }
      }
    }
    let owner: ModelEntry
    if let entry { owner = entry } else { owner = try Catalog.entry(name) }
    if contract == nil, source != "random" {
      let manifest: Manifest?, options: ManifestOptions?
      if let state {
        // A bare file is read as `load` reads it: what its name or else the model's default says of it.
        (manifest, options) = try describing(owner, path: state.path)
      } else {
        let named = try trainingManifest(owner, source)
        (manifest, options) = (named, named.options)
        state = try StateDictionary.read(path: try files(of: named)[0])
      }
      if let manifest {
        state = try state?.renaming { manifest.ourKey($0) }
        contract = manifest.inputContract
        known = try manifest.labels(in: locator.requiredHome())
      }
      forced = options ?? forced
    }
    state = try state?.renaming { key in owner.obsoleteSuffixes.contains(where: key.hasSuffix) ? nil : key }
    var fed = try contract ?? owner.contract()
    if owner.countsBackground {
      fed = try .torchvisionTraining(owner, fed.size, wanted: inputSize)
    } else if let inputSize, fed.size != nil || fed.fit != .none {
      // Pictures that are fed as they are have a size in training alone.
      fed = fed.resized(to: inputSize)
    }
    let labels = (owner.countsBackground ? ["__background__"] : []) + labels
    // Classes and sizes are the data's.
    let options = ManifestOptions(
      transformsInput: forced.transformsInput, normEpsilon: forced.normEpsilon, minRatio: minRatio ?? forced.minRatio)
    let (built, head) = try buildWithHead(
      owner, classes: labels.count, contract: fed, options, seed: seed, keys: state?.names ?? [])
    var notLoaded: [String] = []
    if let state {
      let keepsHead = known.map { $0 == labels } ?? false
      let fits = head.allSatisfy { state.spec(of: $0)?.shape == built.parameters[$0]?.spec.shape }
      if !(keepsHead && fits) { notLoaded = built.parameters.parameters.map(\.path).filter(head.contains) }
      let left = Set(notLoaded)
      try built.parameters.load(state.renaming { left.contains($0) ? nil : $0 }, except: left)
    }
    return TrainableModel(
      entry: owner, network: built.network, parameters: built.parameters, contract: fed, options: options,
      labels: labels, head: head, notLoaded: notLoaded, weightsPath: state?.path)
  }

  /// The network of a run's saved state, as the state itself describes it. Throws `CatalogError.incomplete` where it does not.
  func loadForResuming(_ path: String, seed: UInt64) throws -> TrainableModel {
    let state = try StateDictionary.read(path: path)
    guard let trained = try TrainedWeights(state) else {
      throw CatalogError.incomplete(file: path, problem: "it holds no state of training that this version reads")
    }
    let owner = try Catalog.entry(trained.model)
    let keys = state.names.compactMap { $0.hasPrefix("model/") ? String($0.dropFirst(6)) : nil }
    let (built, head) = try buildWithHead(
      owner, classes: trained.labels.count, contract: trained.contract, trained.options, seed: seed, keys: keys)
    return TrainableModel(
      entry: owner, network: built.network, parameters: built.parameters, contract: trained.contract,
      options: trained.options, labels: trained.labels, head: head, notLoaded: [], weightsPath: path)
  }

  /// A network, and the paths of what depends on the number of its classes.
  private func buildWithHead(
    _ entry: ModelEntry, classes: Int, contract: InputContract, _ options: ManifestOptions, seed: UInt64,
    keys: [String]
  ) throws -> (built: (network: any Network, parameters: ParameterStore), head: Set<String>) {
    func make(_ classes: Int) throws -> (network: any Network, parameters: ParameterStore) {
      try build(entry, classes: classes, contract: contract, options, seed: seed, keys: keys)
    }
    let built = try make(classes), other = try make(classes + 1).parameters
    let differing = built.parameters.parameters.filter { $0.kind == .trainable && other[$0.path]?.spec != $0.spec }
    return (built, Set(differing.map(\.path)))
  }

  private func trainingManifest(_ entry: ModelEntry, _ weights: String?) throws -> Manifest {
    guard let id = weights.map(Catalog.normalized) ?? entry.defaultWeights else {
      throw CatalogError.noWeights(model: entry.id)
    }
    let manifest = try Manifest.load(id: id, in: locator.requiredHome())
    guard manifest.model == entry.id else {
      throw CatalogError.otherModel(weights: manifest.id, model: manifest.model, wanted: entry.id)
    }
    return manifest
  }

  /// A network of so many classes for inputs of this contract, unfilled; `keys` are those of the weights that are to fill it.
  func build(
    _ entry: ModelEntry, classes: Int, contract: InputContract, _ forced: ManifestOptions, seed: UInt64,
    keys: [String]
  ) throws -> (network: any Network, parameters: ParameterStore) {
    guard case .network(let build) = entry.builder else {
      throw CatalogError.incomplete(file: entry.id, problem: "a network of a .cfg file cannot be trained")
    }
    var options = entry.options
    options.classes = classes
    options.transformsInput = forced.transformsInput
    options.normEpsilon = forced.normEpsilon ?? options.normEpsilon
    options.minRatio = forced.minRatio
    if entry.positions != nil, let size = contract.size { options.imageSize = size.height }
    if entry.countsBackground, let size = contract.size { options.imageSize = max(size.width, size.height) }
    if !keys.isEmpty {
      options.hasAuxiliaryHeads = keys.contains { key in entry.auxiliaryPrefixes.contains(where: key.hasPrefix) }
    } else if entry.task == .segmentation {
      // A segmenter that begins at random has the head that helps it.
      options.hasAuxiliaryHeads = !entry.auxiliaryPrefixes.isEmpty
    }
    let store = ParameterStore(seed: seed)
    return (build(store.root, options), store)
  }
}

extension ParameterStore {
  /// As `load(_:)`, but for parameters at these paths, which keep their values.
  func load(_ state: StateDictionary, except paths: Set<String>) throws {
    guard !paths.isEmpty else { return try load(state) }
    let rest = try stateDictionary(of: paths)
    var tensors: [(String, Tensor)] = rest
    for name in state.names where !paths.contains(name) { tensors.append((name, try state.tensor(name))) }
    try load(StateDictionary(tensors, metadata: state.metadata, path: state.path))
  }

  private func stateDictionary(of paths: Set<String>) throws -> [(String, Tensor)] {
    var tensors: [(String, Tensor)] = []
    for parameter in parameters where paths.contains(parameter.path) {
      tensors.append((parameter.path, try parameter.value()))
    }
    return tensors
  }
}
