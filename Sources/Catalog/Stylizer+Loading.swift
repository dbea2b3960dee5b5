import Models
import StyleTransfer

extension Stylizer {
  /// The stylizer of a loaded model. Throws `CatalogError.wrongTask` where its network paints nothing.
  public init(_ loaded: LoadedModel) throws {
    guard let network = loaded.network as? any StyleNetwork else {
      throw CatalogError.wrongTask(
        model: loaded.id, task: loaded.task.name, wanted: ModelTask.styleTransfer.name)
    }
    self.init(model: loaded.id, network: CompiledPainter(network, loaded.parameters), contract: loaded.contract)
  }
}
