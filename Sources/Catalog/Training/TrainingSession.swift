import Augmentation
import Configuration
import Datasets
import Detection
import Imaging
import Models
import NeuralNetwork
import Segmentation
import Support
import TensorCore
import Training

/// A training run from its recipe: opens the data, builds the network, and trains it in a folder of its own.
public struct TrainingSession {
  /// The run's folder.
  public let folder: RunFolder
  /// The recipe.
  public var recipe: TrainingRecipe { parts.recipe }
  /// What is trained.
  public var model: TrainableModel { parts.model }
  /// The names of its classes.
  public var labels: [String] { parts.labels }
  /// Training and validation pictures.
  public var training: any Dataset { parts.training }
  /// The latter; nil where nothing is held out.
  public var validation: (any Dataset)? { parts.validation }
  /// What a person should know of the data.
  public var notes: [String] { parts.pixels?.notes ?? [] }
  private let parts: TrainingParts
  private let task: any TrainingTask
  private let masks: MaskKinds
  /// What happens to training pictures, and in the closing epochs.
  private let augment: Recipe, closing: Recipe
  private let isResumed: Bool
  /// What is wrong with the data and left out.
  private let faults: [String]

  /// A new run in `folder`, which is created; or, where `resume` is set, one that goes on there. Everything that can be checked before
  /// the first step is.
  public init(_ recipe: TrainingRecipe, loader: ModelLoader, folder: RunFolder, resume: Bool = false) throws {
    self.folder = folder
    isResumed = resume
    let isGoingOn = resume && FileIdentity(path: folder.state) != nil
    let entry =
      isGoingOn ? try Catalog.entry(ofWeights: folder.state) : try Catalog.entry(ofModelOrRun: recipe.model.name)
    let kind = TrainingKind(entry)
    // A run that goes on keeps to what it began with.
    if !isGoingOn { try kind.check(recipe, entry) }
    let source = try TrainingData(recipe, format: kind.format), data = try kind.prepared(source, recipe)
    let labels = data.training.classes
    // A style network takes pictures of any size, whatever it learns from.
    let size = kind == .style ? nil : recipe.model.inputSize
    // What a run began with need not be there any more where it goes on.
    let model =
      isGoingOn
      ? try loader.loadForResuming(folder.state, seed: UInt64(recipe.seed))
      : try loader.loadForTraining(
        recipe.model.name, weights: recipe.model.weights, labels: labels, inputSize: size,
        minRatio: recipe.model.minRatio, seed: UInt64(recipe.seed))
    model.parameters.precision = recipe.precision
    var recipe = recipe
    // What a detector's authors do not train of trained weights stands in the recipe, so that it can be read and changed.
    if kind == .detection, recipe.model.weights != "random", recipe.model.frozen.isEmpty,
      let network = model.network as? any DetectionNetwork,
      let objective = DetectionObjectives.objective(of: network, classes: labels.count)
    {
      recipe.model.frozen = objective.frozen(in: model.parameters)
    }
    parts = TrainingParts(
      recipe: recipe, model: model, labels: labels, training: data.training, validation: data.validation,
      pixels: data.pixels, loader: loader)
    task = try kind.task(parts)
    let augment =
      try recipe.augment.map(Self.recipe)
      ?? Recipe(kind.augmentation(model.entry, model.contract, size: parts.fixedSize ?? model.entry.inputSize))
    closing =
      try recipe.closingAugment.map(Self.recipe) ?? Recipe(.list(augment.steps.filter { !$0.mixes }.map(\.value)))
    self.augment = augment
    masks = kind.masks(task, augment.steps + closing.steps)
    for step in augment.steps + closing.steps where step.name == "normalize" {
      throw TrainingError.setting(
        "augment: leave out 'normalize': the model's input contract normalises, in training as in use")
    }
    faults = source.training.faults.map(\.description) + (kind == .detection ? source.boxFaults() : [])
  }

  /// The recipe of a run that goes on. Throws `TrainingError` where the folder is no run.
  public static func recipe(ofRun folder: RunFolder) throws -> TrainingRecipe {
    guard FileIdentity(path: folder.recipe) != nil else {
      throw TrainingError.missing(path: folder.path, fault: "there is no recipe.yaml; it is not the folder of a run")
    }
    return try TrainingRecipe(path: folder.recipe)
  }

  /// Trains to the end, or until `isCancelled` says so.
  public func run(
    isCancelled: @escaping () -> Bool = { false }, report: @escaping (TrainingEvent) -> Void
  ) throws -> TrainingResult {
    if !isResumed { try AtomicFile.write(Array(recipe.yaml.utf8), to: folder.recipe) }
    for fault in faults.prefix(Self.mostFaults) { report(.note(fault)) }
    if faults.count > Self.mostFaults {
      report(.note("\(faults.count - Self.mostFaults) more faults of \(training.path)"))
    }
    let recorder = try FolderRecorder(
      folder, metadata: model.trained.metadata(), classes: labels, resumes: isResumed)
    let trainer = try Trainer(
      Trainer.Setup(
        task: task, recipe: recipe, training: makeLoader(), validation: makeValidationLoader(),
        newParameters: model.head, recorder: recorder),
      isCancelled: isCancelled, report: report)
    if isResumed, FileIdentity(path: folder.state) != nil { try trainer.resume(path: folder.state) }
    return try trainer.run()
  }

  private static let mostFaults = 10

  private func makeLoader() -> Loader<TrainingItem> {
    let seed = UInt64(recipe.seed), task = task, augment = augment, closing = closing
    let recipe = recipe
    let partner = training.partner(options.decode)
    let sampler =
      recipe.data.sampler == "balanced"
      ? Sampler(.weighted(Sampler.balancedWeights(training), count: training.count), seed: seed)
      : Sampler(.shuffled, seed: seed)
    return Loader(training, sampler: sampler, options: options) { sample, place in
      let steps = recipe.isClosing(epoch: place.epoch) ? closing : augment
      return try task.item(
        augmented: steps(sample, seed: seed, epoch: place.epoch, index: place.position, partner: partner))
    }
  }

  private func makeValidationLoader() -> Loader<TrainingItem>? {
    let task = task
    return validation.map {
      Loader($0, sampler: Sampler(.sequential), options: options) { sample, _ in try task.item(from: sample) }
    }
  }

  private var options: Loader<TrainingItem>.Options {
    Loader<TrainingItem>.Options(
      batchSize: recipe.batch, threads: recipe.data.threads, quarantineBudget: recipe.quarantineBudget, masks: masks)
  }

  private static func recipe(_ value: RecipeValue) throws -> Recipe {
    if case .text(let name) = value { return try Recipe.named(name) }
    return try Recipe(value)
  }
}
