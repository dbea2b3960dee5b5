import Classification
import Datasets
import Detection
import Models
import Training

extension TrainingSession {
  /// The training of a classifier.
  func classificationTask() throws -> ClassificationTask {
    var settings = ClassificationTask.Settings()
    settings.labelSmoothing = recipe.loss.labelSmoothing
    settings.mixup = recipe.loss.mixup
    settings.cutmix = recipe.loss.cutmix
    if recipe.loss.classWeights == "balanced" {
      let counts = ClassCounts(training).images, total = Double(counts.reduce(0, +))
      settings.classWeights = counts.map { Float(total / Double(counts.count * max($0, 1))) }
    }
    return try ClassificationTask(
      model.network, model.parameters, labels: labels, contract: model.contract, settings: settings)
  }

  /// The training of a detector. Throws `TrainingError.setting` for those that cannot be trained.
  func detectionTask() throws -> DetectionTask {
    guard let network = model.network as? any DetectionNetwork,
      let objective = DetectionObjectives.objective(of: network, classes: labels.count)
    else {
      throw TrainingError.setting("\(model.entry.id) cannot be trained: no loss is known for \(model.entry.family)")
    }
    let model = model, labels = labels
    return DetectionTask(
      objective, model.parameters, labels: labels, contract: model.contract, multiscale: recipe.model.multiscale
    ) {
      let compiled = (network as? any DenseDetectionNetwork).map { CompiledDenseDetector($0, model.parameters) }
      return Detector(
        model: model.entry.id, network: compiled ?? network, contract: model.contract, labels: labels)
    }
  }
}
