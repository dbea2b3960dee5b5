import Models
import StyleTransfer

extension FeatureReader {
  /// The networks that style transfer by optimisation reads where none is named, the best first; the last one is built in.
  package static let usual = ["vgg19", "vgg16", "cifar10_builtin"]

  /// A reader of a loaded model's layers. Throws `ShapeError` where it has none that can be read.
  public init(_ loaded: LoadedModel) throws {
    try self.init(
      model: loaded.id, network: loaded.network, parameters: loaded.parameters, contract: loaded.contract)
  }
}
