import Classification
import Models

extension Classifier {
  /// The classifier of a loaded model. Throws `CatalogError.wrongTask` where its network scores no classes.
  public init(_ loaded: LoadedModel) throws {
    guard let network = loaded.network as? any FeatureNetwork else {
      throw CatalogError.wrongTask(
        model: loaded.id, task: loaded.task.name, wanted: ModelTask.classification.name)
    }
    self.init(
      model: loaded.id, network: CompiledClassifier(network, loaded.parameters), contract: loaded.contract,
      labels: loaded.labels)
  }
}
