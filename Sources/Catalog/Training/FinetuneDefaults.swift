import Checkpoints
import Models
import Training

/// What `vision finetune` does where nobody says otherwise: it depends on what a model is for.
public struct FinetuneDefaults: Sendable {
  /// Samples a step.
  public var batch = 16
  /// The largest learning rate.
  public var learningRate = 0.005
  /// Decay of the moving average of the weights; nil for none.
  public var emaDecay: Double?
  /// Share of the epochs, the last ones, whose pictures are not mixed.
  public var closingShare = 0.0

  /// Of a catalog id, or of the folder of a run. Throws `CatalogError` for unknown ones.
  public init(model: String) throws {
    switch try Catalog.entry(ofModelOrRun: model).task {
    case .detection: (batch, learningRate, emaDecay, closingShare) = (8, 0.0025, 0.998, 0.2)
    case .segmentation: (batch, learningRate) = (8, 0.01)
    default: break
    }
  }
}

extension Catalog {
  /// The entry of a catalog id, or of the network in a run's folder. Throws `CatalogError`, `CheckpointError`.
  static func entry(ofModelOrRun name: String) throws -> ModelEntry {
    if let file = TrainedWeights.file(ofRun: name) { return try entry(ofWeights: file) }
    return try entry(name)
  }

  /// The entry of the network that a file of a run holds. The same.
  static func entry(ofWeights file: String) throws -> ModelEntry {
    guard let trained = try TrainedWeights(StateDictionary.read(path: file)) else {
      throw CatalogError.incomplete(file: file, problem: "it does not say what model it is of")
    }
    return try entry(trained.model)
  }
}
