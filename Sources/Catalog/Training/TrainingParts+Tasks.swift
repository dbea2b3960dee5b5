import Classification
import Datasets
import Detection
import Imaging
import Models
import Segmentation
import StyleTransfer
import Training

extension TrainingParts {
  /// The training of a classifier.
  func classificationTask() throws -> ClassificationTask {
    var settings = ClassificationTask.Settings()
    settings.labelSmoothing = recipe.loss.labelSmoothing
    settings.mixup = recipe.loss.mixup
    settings.cutmix = recipe.loss.cutmix
    settings.classWeights = try classWeights {
      let counts = ClassCounts(training).images, total = Double(counts.reduce(0, +))
      return counts.map { Float(total / Double(counts.count * max($0, 1))) }
    }
    return try ClassificationTask(
      model.network, model.parameters, labels: labels, contract: model.contract, settings: settings)
  }

  /// The classes' weights: those of the recipe, `balanced`, or nil. Throws `TrainingError.setting` where their number is wrong.
  private func classWeights(balanced: () -> [Float]) throws(TrainingError) -> [Float]? {
    let factors = recipe.loss.classFactors
    guard !factors.isEmpty else { return recipe.loss.classWeights == "balanced" ? balanced() : nil }
    guard factors.count == labels.count else {
      throw .setting("loss.class_weights has \(factors.count) numbers; there are \(labels.count) classes")
    }
    return factors.map { Float($0) }
  }

  /// The training of a segmenter. Throws `TrainingError.setting` where the network is none.
  func segmentationTask() throws -> SegmentationTask {
    guard let network = model.network as? any SegmentationNetwork, let pixels else {
      throw TrainingError.setting("\(model.entry.id) cannot be trained: its network scores no pixels")
    }
    let loss = recipe.loss
    var settings = SegmentationTask.Settings()
    let kinds = loss.name.split(separator: "+").compactMap { SegmentationLoss.Kind(rawValue: String($0)) }
    settings.loss.terms = kinds.enumerated().map { index, kind in
      SegmentationLoss.Term(kind, weight: loss.weights.isEmpty ? 1 : loss.weights[index])
    }
    settings.loss.labelSmoothing = loss.labelSmoothing
    settings.loss.auxiliaryWeight = loss.auxiliaryWeight
    settings.loss.gamma = loss.gamma
    settings.loss.classWeights = try classWeights { pixels.balancedWeights }
    settings.validationCount = validation?.count ?? 0
    return SegmentationTask(
      network, model.parameters, labels: labels, contract: model.contract, size: fixedSize, settings: settings)
  }

  /// The training of a detector. Throws `TrainingError.setting` for those that cannot be trained.
  func detectionTask() throws -> DetectionTask {
    guard let network = model.network as? any DetectionNetwork,
      let objective = DetectionObjectives.objective(of: network, classes: labels.count)
    else {
      throw TrainingError.setting("\(model.entry.id) cannot be trained: no loss is known for \(model.entry.family)")
    }
    let model = model
    return DetectionTask(
      objective, model.parameters, labels: labels, contract: model.contract, multiscale: recipe.model.multiscale,
      firstClass: model.entry.countsBackground ? 1 : 0
    ) {
      Detector(
        model: model.entry.id, network: CompiledDetectors.compiled(network, model.parameters),
        contract: model.contract, labels: model.labels)
    }
  }

  /// The training of a style network. Throws `TrainingError.setting` where no style is named, `ImageError` where it cannot be read.
  func styleTask() throws -> StyleTask {
    guard let network = model.network as? any StyleNetwork else {
      throw TrainingError.setting("\(model.entry.id) paints no pictures")
    }
    guard let path = recipe.style.image else {
      throw TrainingError.setting("style.image is missing; expected the picture whose style is learned")
    }
    var settings = StyleTask.Settings()
    settings.side = recipe.model.inputWidth ?? 256
    settings.contentWeight = recipe.style.contentWeight
    settings.styleWeight = recipe.style.styleWeight
    settings.variationWeight = recipe.style.variationWeight
    if !recipe.style.styleLayers.isEmpty { settings.styleLayers = recipe.style.styleLayers }
    if !recipe.style.contentLayers.isEmpty { settings.contentLayers = recipe.style.contentLayers }
    let image = try Image.read(path: path)
    let side = recipe.style.size ?? settings.side
    let factor = Double(side) / Double(min(image.width, image.height))
    let style = try image.resized(
      width: max(Int((Double(image.width) * factor).rounded()), 8),
      height: max(Int((Double(image.height) * factor).rounded()), 8), filter: .lanczos)
    return try StyleTask(
      network, model.parameters, contract: model.contract, style: style,
      reader: FeatureReader(named: recipe.style.features, loader), settings: settings)
  }
}
