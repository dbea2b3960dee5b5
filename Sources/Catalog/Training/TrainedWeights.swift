import Checkpoints
import FoundationEssentials
import Imaging
import Models
import Support

/// What a weights file that was trained here says of itself in its metadata: so that it is used as it was trained.
public struct TrainedWeights: Sendable {
  /// The catalog's id of the network.
  public let model: String
  /// The names of its classes.
  public let labels: [String]
  /// How a picture becomes its input.
  public let contract: InputContract
  /// What its first weights, or its recipe, forced on the network.
  public let options: ManifestOptions

  /// What belongs to weights trained as `model` on classes of these names.
  public init(
    model: String, labels: [String], contract: InputContract, options: ManifestOptions = ManifestOptions()
  ) {
    self.model = model
    self.labels = labels
    self.contract = contract
    self.options = options
  }

  /// As metadata of a weights file. Throws where it cannot be encoded.
  public func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var result = [
      "vision.transforms_input": "\(options.transformsInput)", "vision.model": model,
      "vision.labels": String(decoding: try encoder.encode(labels), as: UTF8.self),
      "vision.contract": String(decoding: try encoder.encode(contract), as: UTF8.self),
    ]
    result["vision.norm_epsilon"] = options.normEpsilon.map { "\($0)" }
    result["vision.min_ratio"] = options.minRatio.map { "\($0)" }
    return result
  }

  /// What a file's metadata say; nil where it was not trained here. Throws `CatalogError.incomplete` where they are damaged.
  public init?(_ state: StateDictionary) throws {
    guard let model = state.metadata["vision.model"] else { return nil }
    guard let labels = state.metadata["vision.labels"], let contract = state.metadata["vision.contract"],
      let names = try? JSONDecoder().decode([String].self, from: Data(labels.utf8)),
      let fed = try? JSONDecoder().decode(InputContract.self, from: Data(contract.utf8))
    else {
      throw CatalogError.incomplete(
        file: state.path, problem: "its metadata name the model \(model), but no labels or no input contract")
    }
    let written = state.metadata["vision.min_ratio"], ratio = written.flatMap(Double.init)
    guard written == nil || ratio.map(ManifestOptions.minRatios.contains) == true else {
      throw CatalogError.incomplete(file: state.path, problem: "its smallest default boxes are no share of the input")
    }
    self.init(
      model: model, labels: names, contract: fed,
      options: ManifestOptions(
        transformsInput: state.metadata["vision.transforms_input"] == "true",
        normEpsilon: state.metadata["vision.norm_epsilon"].flatMap(Double.init), minRatio: ratio))
  }

  /// The weights file of a run's folder, the best ones; nil where the path is no such folder.
  static func file(ofRun path: String) -> String? {
    for name in ["best.safetensors", "last.safetensors"] {
      let file = Path.join(path, name)
      if FileIdentity(path: file) != nil { return file }
    }
    return nil
  }
}

extension ModelLoader {
  /// A network that was trained here, by a run's folder or its weights file; nil where the name is neither. `entry` is the model
  /// that was asked for beside it, where one was.
  func loadTrained(_ name: String, _ request: ModelRequest, as entry: ModelEntry? = nil) throws -> LoadedModel? {
    let path = TrainedWeights.file(ofRun: name) ?? name
    guard path.lowercased().hasSuffix(".safetensors"), FileIdentity(path: path) != nil else { return nil }
    let state = try StateDictionary.read(path: path)
    guard let trained = try TrainedWeights(state) else { return nil }
    let owner = try Catalog.entry(trained.model)
    if let entry, entry.id != owner.id {
      throw CatalogError.otherModel(weights: path, model: owner.id, wanted: entry.id)
    }
    if let task = request.task, owner.task != task {
      throw CatalogError.wrongTask(model: owner.id, task: owner.task.name, wanted: task.name)
    }
    let network = try build(
      owner, classes: trained.labels.count, contract: trained.contract, trained.options, seed: request.seed,
      keys: state.names)
    network.parameters.precision = request.precision
    try fill(network.parameters, state)
    return LoadedModel(
      id: owner.id, task: owner.task, network: network.network, parameters: network.parameters,
      contract: trained.contract, labels: trained.labels, categoryIDs: nil, weightsPath: path,
      channels: trained.contract.channels.count, inputSize: trained.contract.size ?? owner.inputSize)
  }
}
