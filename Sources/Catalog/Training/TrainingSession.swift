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
  public let recipe: TrainingRecipe
  /// What is trained.
  public let model: TrainableModel
  /// The names of its classes.
  public let labels: [String]
  /// Training and validation pictures.
  public let training: any Dataset, validation: (any Dataset)?
  /// What a person should know of the data.
  public var notes: [String] { pixels?.notes ?? [] }
  let pixels: PixelData?
  private let isResumed: Bool
  private let kind: TrainingKind
  /// What is wrong with the data and left out.
  private let faults: [String]
  let loader: ModelLoader

  /// A new run in `folder`, which is created; or, where `resume` is set, one that goes on there. Everything that can be checked before
  /// the first step is.
  public init(_ recipe: TrainingRecipe, loader: ModelLoader, folder: RunFolder, resume: Bool = false) throws {
    self.folder = folder
    isResumed = resume
    let isGoingOn = resume && FileIdentity(path: folder.state) != nil
    kind = TrainingKind(
      isGoingOn ? try Catalog.entry(ofWeights: folder.state) : try Catalog.entry(ofModelOrRun: recipe.model.name))
    self.loader = loader
    let source = try TrainingData(recipe, format: kind.format), data = try kind.prepared(source, recipe)
    training = data.training
    validation = data.validation
    pixels = data.pixels
    labels = data.training.classes
    // A style network takes pictures of any size, whatever it learns from.
    let size = kind == .style ? nil : Self.inputSize(recipe)
    // What a run began with need not be there any more where it goes on.
    if isGoingOn {
      model = try loader.loadForResuming(folder.state, seed: UInt64(recipe.seed))
    } else {
      model = try loader.loadForTraining(
        recipe.model.name, weights: recipe.model.weights, labels: labels, inputSize: size, seed: UInt64(recipe.seed))
    }
    var recipe = recipe
    // What a detector's authors do not train of trained weights stands in the recipe, so that it can be read and changed.
    if kind == .detection, recipe.model.weights != "random", recipe.model.frozen.isEmpty,
      let network = model.network as? any DetectionNetwork,
      let objective = DetectionObjectives.objective(of: network, classes: labels.count)
    {
      recipe.model.frozen = objective.frozen(in: model.parameters)
    }
    self.recipe = recipe
    faults = source.training.faults.map(\.description) + (kind == .detection ? source.boxFaults() : [])
  }

  /// The size that the recipe names.
  private static func inputSize(_ recipe: TrainingRecipe) -> ImageSize? {
    guard let width = recipe.model.inputWidth ?? recipe.model.inputHeight else { return nil }
    return ImageSize(width: width, height: recipe.model.inputHeight ?? width)
  }

  /// The size of training pictures, where there is one beside what augmentation makes of them.
  var fixedSize: ImageSize? { Self.inputSize(recipe) ?? model.contract.size }

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
    let task = try kind.task(self)
    for fault in faults.prefix(Self.mostFaults) { report(.note(fault)) }
    if faults.count > Self.mostFaults {
      report(.note("\(faults.count - Self.mostFaults) more faults of \(training.path)"))
    }
    let recorder = try FolderRecorder(
      folder, metadata: model.trained.metadata(), classes: labels, resumes: isResumed)
    let trainer = try Trainer(
      Trainer.Setup(
        task: task, recipe: recipe, training: try makeLoader(task), validation: makeValidationLoader(task),
        newParameters: model.head, recorder: recorder),
      isCancelled: isCancelled, report: report)
    if isResumed, FileIdentity(path: folder.state) != nil { try trainer.resume(path: folder.state) }
    return try trainer.run()
  }

  private static let mostFaults = 10

  private func makeLoader(_ task: any TrainingTask) throws -> Loader<TrainingItem> {
    let seed = UInt64(recipe.seed)
    let steps =
      try recipe.augment.map(Self.recipe)
      ?? Recipe(kind.augmentation(model.entry, model.contract, size: fixedSize ?? model.entry.inputSize))
    let closing =
      try recipe.closingAugment.map(Self.recipe) ?? Recipe(.list(steps.steps.filter { !$0.mixes }.map(\.value)))
    for step in steps.steps + closing.steps where step.name == "normalize" {
      throw TrainingError.setting(
        "augment: leave out 'normalize': the model's input contract normalises, in training as in use")
    }
    let recipe = recipe
    let partner = training.partner()
    let sampler =
      recipe.data.sampler == "balanced"
      ? Sampler(.weighted(Sampler.balancedWeights(training), count: training.count), seed: seed)
      : Sampler(.shuffled, seed: seed)
    return Loader(training, sampler: sampler, options: options) { sample, place in
      let steps = recipe.isClosing(epoch: place.epoch) ? closing : steps
      return try task.item(
        augmented: steps(sample, seed: seed, epoch: place.epoch, index: place.position, partner: partner))
    }
  }

  private func makeValidationLoader(_ task: any TrainingTask) -> Loader<TrainingItem>? {
    validation.map {
      Loader($0, sampler: Sampler(.sequential), options: options) { sample, _ in try task.item(from: sample) }
    }
  }

  private var options: Loader<TrainingItem>.Options {
    var options = Loader<TrainingItem>.Options()
    options.batchSize = recipe.batch
    options.threads = recipe.data.threads ?? ThreadPool.shared.threadCount
    options.quarantineBudget = recipe.quarantineBudget
    return options
  }

  private static func recipe(_ value: RecipeValue) throws -> Recipe {
    if case .text(let name) = value { return try Recipe.named(name) }
    return try Recipe(value)
  }
}
