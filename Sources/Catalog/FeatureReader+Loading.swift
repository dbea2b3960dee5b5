import Checkpoints
import Models
import StyleTransfer

extension FeatureReader {
  /// The networks that style transfer by optimisation reads where none is named, the best first; the last one is built in.
  package static let usual = ["vgg19", "vgg16", "cifar10_builtin"]

  /// A reader of the network of this name, or of the first of the usual ones whose weights are here. Throws `CatalogError`,
  /// `ShapeError`.
  public init(named name: String?, _ loader: ModelLoader) throws {
    try self.init(loader.load(ModelRequest(model: name ?? loader.firstAvailable(Self.usual) ?? Self.usual[0])))
  }

  /// A reader of a loaded model's layers. Throws `ShapeError` where it has none that can be read.
  public init(_ loaded: LoadedModel) throws {
    try self.init(
      model: loaded.id, network: loaded.network, parameters: loaded.parameters, contract: loaded.contract)
  }
}

extension ModelLoader {
  /// The first of some models whose weights are on this machine.
  package func firstAvailable(_ models: [String]) -> String? {
    guard let home = try? locator.requiredHome() else { return nil }
    return models.first { name in
      let own = (try? Catalog.entry(name))?.defaultWeights ?? name
      guard let manifest = try? Manifest.load(id: own, in: home) else { return false }
      return manifest.files.allSatisfy { locator.search(for: $0).found != nil }
    }
  }
}
