import Models
import Segmentation

extension Segmenter {
  /// The segmenter of a loaded model. Throws `CatalogError.wrongTask` where its network scores no pixels.
  public init(_ loaded: LoadedModel) throws {
    guard let network = loaded.network as? any SegmentationNetwork else {
      throw CatalogError.wrongTask(
        model: loaded.id, task: loaded.task.name, wanted: ModelTask.segmentation.name)
    }
    self.init(
      model: loaded.id, network: CompiledSegmenter(network, loaded.parameters), contract: loaded.contract,
      labels: loaded.labels)
  }
}
