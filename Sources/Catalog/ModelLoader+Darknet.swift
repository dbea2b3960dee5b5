import Checkpoints
import Imaging
import Models
import NeuralNetwork
import Support

extension ModelLoader {
  /// A darknet `.weights` file of the user's: the network is that of the `.cfg` beside it (same name), or of the model named.
  func loadDarknet(weights: String, _ entry: ModelEntry, _ request: ModelRequest) throws -> LoadedModel {
    let beside = Path.join(Path.parent(of: weights), Path.stem(of: weights) + ".cfg")
    // An alias leaves the choice open; a model that was named must not turn into another one.
    if case .network = entry.builder, !Catalog.isAlias(request.model) {
      throw CatalogError.wrongKind(
        file: weights, found: "darknet weights", model: entry.id, remedy: "pass --model \(beside)")
    }
    if FileIdentity(path: beside) != nil {
      return try loadDarknet(configuration: beside, weights: weights, id: Path.stem(of: weights), nil, request)
    }
    guard case .darknet = entry.builder else {
      throw CatalogError.incomplete(
        file: weights, problem: "its configuration \(beside) is missing; put it there or pass --model FILE.cfg")
    }
    let manifest = try Manifest.load(id: entry.id, in: locator.requiredHome())
    guard let file = manifest.configuration else {
      throw CatalogError.incomplete(file: manifest.id, problem: "the manifest names no .cfg file")
    }
    let configuration = try locator.path(of: file, manifest: manifest)
    return try loadDarknet(configuration: configuration, weights: weights, id: entry.id, manifest, request)
  }

  /// A darknet `.cfg` file of the user's, with the weights named or those beside it.
  func loadDarknet(configuration: String, _ request: ModelRequest) throws -> LoadedModel {
    let beside = Path.join(Path.parent(of: configuration), Path.stem(of: configuration) + ".weights")
    let weights = request.weights == "random" ? nil : request.weights ?? beside
    if request.weights == nil, FileIdentity(path: beside) == nil {
      throw CatalogError.incomplete(
        file: configuration, problem: "its weights \(beside) are missing; put them there or pass --weights FILE.weights"
      )
    }
    return try loadDarknet(
      configuration: configuration, weights: weights, id: Path.stem(of: configuration), nil, request)
  }

  /// Builds the network of a configuration and fills it. Contract and labels come from the manifest, else from what darknet
  /// itself does and from the number of classes.
  func loadDarknet(
    configuration path: String, weights: String?, id: String, _ manifest: Manifest?, _ request: ModelRequest
  ) throws -> LoadedModel {
    let store = ParameterStore(seed: request.seed)
    store.precision = request.precision
    let network = try DarknetNetwork(store.root, DarknetConfiguration.read(path: path))
    if let weights {
      let values = try DarknetWeights.read(path: weights), session = packed?.session(values.mapping)
      store.packedKeeper = session
      try network.load(values) { session?.isChecked($0) ?? false }
    }
    let home = try locator.requiredHome()
    let contract =
      try manifest?.inputContract
      ?? InputContract.darknet(
        ImageSize(width: network.inputShape[2], height: network.inputShape[1]))
    let labels = try manifest?.labels(in: home) ?? darknetLabels(classes: network.classCount, beside: path, home)
    return LoadedModel(
      id: id, task: .detection, network: network, parameters: store, contract: contract, labels: labels,
      categoryIDs: try manifest?.knownCategoryIDs(in: home) ?? darknetCategoryIDs(classes: network.classCount, home),
      weightsPath: weights, channels: network.inputShape[0],
      inputSize: ImageSize(width: network.inputShape[2], height: network.inputShape[1]))
  }

  /// The `.names` file of the same name, else the data set's names that the number of classes points to.
  private func darknetLabels(classes: Int, beside path: String, _ home: WeightsHome) throws -> [String] {
    let names = Path.join(Path.parent(of: path), Path.stem(of: path) + ".names")
    if let file = try? MappedFile(path: names, limit: 1 << 24) {
      let lines = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
      return lines.split(whereSeparator: \.isNewline).map(String.init)
    }
    switch classes {
    case 80: return try Manifest.load(id: "yolov3", in: home).labels(in: home)
    case 20: return try Manifest.load(id: "yolov2_tiny_voc", in: home).labels(in: home)
    default: return (0..<classes).map { "class \($0)" }
    }
  }

  private func darknetCategoryIDs(classes: Int, _ home: WeightsHome) throws -> [Int]? {
    classes == 80 ? try Manifest.load(id: "yolov3", in: home).knownCategoryIDs(in: home) : nil
  }
}
