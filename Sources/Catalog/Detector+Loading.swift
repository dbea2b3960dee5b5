import Detection
import Models

extension Detector {
  /// The detector of a loaded model. Throws `CatalogError.wrongTask` where its network finds no objects.
  public init(_ loaded: LoadedModel) throws {
    guard let network = loaded.network as? any DetectionNetwork else {
      throw CatalogError.wrongTask(model: loaded.id, task: loaded.task.rawValue, wanted: ModelTask.detection.rawValue)
    }
    self.init(
      model: loaded.id, network: CompiledDetectors.compiled(network, loaded.parameters), contract: loaded.contract,
      labels: loaded.labels, categoryIDs: loaded.categoryIDs)
  }
}
