import ArgumentParser
import Augmentation
import Catalog
import Checkpoints
import Support
import TensorCore
import Training

/// `vision finetune`.
struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune", abstract: "Teach a trained network new classes, from labelled photos.",
    discussion: """
      The data of classifiers: DIR/train/CLASS/*.jpg with DIR/val or DIR/test beside it, or DIR/CLASS/*.jpg, dealt out by seed; \
      of detectors: Pascal VOC, COCO or YOLO; of segmenters: folders of pictures and masks, or what of those three has masks or \
      outlines; a folder or an archive. The network's weights are loaded but for the layer that scores the classes, which is \
      new. The best weights are used by their folder: vision classify photo.jpg --model runs/finetune.

      EXAMPLES
        vision finetune resnet18 --data ./hotdog
        vision finetune resnet18 --data ./hotdog --freeze backbone --epochs 5
        vision finetune resnet18 --data photos.zip --weights random --epochs 60
        vision finetune yolox_nano --data ./voc --epochs 30
        vision finetune lraspp_mobilenet_v3_large --data ./streets --loss cross_entropy+dice
        vision finetune runs/finetune --data ./more --learning-rate 0.001
      """)

  @Argument(
    help: "The model: an id of 'vision models list', or the folder of a run.", completion: .models())
  var model: String
  @Option(help: ArgumentHelp("The pictures: a folder or an archive.", valueName: "dir"), completion: .file())
  var data: String
  @Option(help: "Weights to begin with: a file, a manifest's id, or 'random'.") var weights: String?
  @Option(help: ArgumentHelp("Passes over the data.", valueName: "n")) var epochs = 10
  @Option(help: ArgumentHelp("Pictures a step (default: 16; detectors and segmenters 8).", valueName: "n"))
  var batch: Int?
  @Option(
    help: ArgumentHelp(
      "The largest learning rate (default: 0.005; detectors 0.0025, segmenters 0.01).", valueName: "rate"))
  var learningRate: Double?
  @Option(help: "What is not trained: backbone (all but the new layer) or none.") var freeze = Freeze.none
  @Option(help: "The optimiser: sgd, adam, adamw or rmsprop.") var optimizer = OptimizerName.sgd
  @Option(help: ArgumentHelp("Pull of the weights towards zero.", valueName: "decay")) var weightDecay = 1e-4
  @Option(help: ArgumentHelp("The recipe of augmentation: a name or a file of 'vision augment'.", valueName: "recipe"))
  var augment: String?
  @Option(help: ArgumentHelp("Rows and columns of the input (default: the model's).", valueName: "n")) var size: Int?
  @Option(
    help: ArgumentHelp("Share of the pictures to validate on, where the data have no such part.", valueName: "share"))
  var validationShare = 0.2
  @Option(help: ArgumentHelp("Share of the probability spread over all classes.", valueName: "share"))
  var labelSmoothing = 0.0
  @Option(help: ArgumentHelp("Shape of MixUp's distribution (0: none).", valueName: "alpha")) var mixup = 0.0
  @Option(help: ArgumentHelp("Shape of CutMix's distribution (0: none).", valueName: "alpha")) var cutmix = 0.0
  @Option(help: "The loss: cross_entropy; of segmenters also dice, focal, cross_entropy+dice or focal+dice.")
  var loss = LossName.crossEntropy
  @Option(help: ArgumentHelp("A label of masks that does not count, beside 255.", valueName: "label"))
  var ignoreIndex = 255
  @Flag(help: "Rare classes weigh more in the loss.") var classWeights = false
  @Flag(help: "Draw classes as often as each other.") var balanced = false
  @Option(
    help: ArgumentHelp("Decay of a moving average of the weights (default: none; detectors 0.998).", valueName: "decay")
  )
  var ema: Double?
  @Option(
    help: ArgumentHelp(
      "Last epochs, in which pictures are not mixed (default: none; detectors a fifth of all).", valueName: "n"))
  var closingEpochs: Int?
  @Option(
    help: ArgumentHelp(
      "YOLOX: how far a batch's size is from the input's, at most, as a share.", valueName: "share"))
  var multiscale = 0.0
  @Option(
    help: ArgumentHelp(
      "SSDLite: the side of the smallest default boxes as a share of the input's (default: the weights'; from nothing 0.2).",
      valueName: "share"))
  var minRatio: Double?
  @Option(help: ArgumentHelp("Stop after so many epochs without a better result.", valueName: "n")) var patience: Int?
  @Option(help: ArgumentHelp("Folds of a cross-validation; each is a run of its own.", valueName: "n")) var folds: Int?
  @Option(help: ArgumentHelp("Largest norm of the gradients.", valueName: "norm")) var clipNorm: Double?
  @Option(help: ArgumentHelp("Where random numbers come from.", valueName: "n")) var seed: UInt32 = 0
  @Option(help: "Arithmetic of products: fp32 or bf16.") var precision = Precision.fp32
  @Flag(help: "Print the recipe that this is, for 'vision train', and run nothing.") var printPipeline = false
  @OptionGroup var output: TrainingRunOptions
  @OptionGroup var common: CommonOptions

  enum LossName: String, ExpressibleByArgument, CaseIterable {
    case crossEntropy = "cross_entropy"
    case dice, focal
    case crossEntropyAndDice = "cross_entropy+dice"
    case focalAndDice = "focal+dice"
  }
  enum Freeze: String, ExpressibleByArgument, CaseIterable { case backbone, none }
  enum OptimizerName: String, ExpressibleByArgument, CaseIterable { case sgd, adam, adamw, rmsprop }

  func validate() throws {
    guard epochs > 0, batch.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--epochs and --batch must be 1 or more")
    }
    if let closingEpochs, !(0...epochs).contains(closingEpochs) {
      throw ValidationError("--closing-epochs is \(closingEpochs); expected 0 to \(epochs)")
    }
    guard (0...0.9).contains(multiscale) else {
      throw ValidationError("--multiscale is \(multiscale); expected 0 to 0.9")
    }
    let ratios = ManifestOptions.minRatios
    if let minRatio, !ratios.contains(minRatio) {
      throw ValidationError("--min-ratio is \(minRatio); expected \(ratios.lowerBound) to \(ratios.upperBound)")
    }
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate is \(learningRate); expected more than 0")
    }
    guard (0.0..<1).contains(validationShare) else {
      throw ValidationError("--validation-share is \(validationShare); expected 0 to 1")
    }
    guard (0.0..<1).contains(labelSmoothing) else {
      throw ValidationError("--label-smoothing is \(labelSmoothing); expected 0 to 1")
    }
    guard mixup >= 0, cutmix >= 0 else { throw ValidationError("--mixup and --cutmix must be 0 or more") }
    guard (0...255).contains(ignoreIndex) else {
      throw ValidationError("--ignore-index is \(ignoreIndex); expected 0 to 255")
    }
    if let folds, folds < 2 { throw ValidationError("--folds is \(folds); expected 2 or more") }
    if let size, !(8...4096).contains(size) { throw ValidationError("--size is \(size); expected 8 to 4096") }
  }

  func run() throws {
    common.apply()
    var recipe = try recipe
    if printPipeline {
      recipe.data.folds = folds
      return Console.shared.result(String(recipe.yaml.dropLast()))
    }
    guard let folds else {
      return try TrainingReporter.train(
        recipe, in: try output.folder(named: "finetune"), resume: false, offline: output.offline, json: common.json)
    }
    let root = try output.folder(named: "finetune")
    defer { Folder.removeIfEmpty(root.path) }
    recipe.data.folds = folds
    var results: [EpochReport] = []
    for fold in 0..<folds where !Interruption.isRequested {
      recipe.data.fold = fold
      let folder = try RunFolder.create(in: root.path, name: "fold-\(fold + 1)")
      Console.shared.note("fold \(fold + 1) of \(folds)")
      let result = try TrainingReporter.run(
        recipe, in: folder, resume: false, offline: output.offline, json: common.json)
      if let best = result.best { results.append(best) }
    }
    TrainingReporter.reportFolds(results, folder: root, json: common.json)
  }

  private var recipe: TrainingRecipe {
    get throws {
      let defaults = try FinetuneDefaults(model: model)
      var recipe = TrainingRecipe()
      recipe.model.name = model
      recipe.model.multiscale = multiscale
      recipe.model.minRatio = minRatio
      recipe.model.weights = weights
      recipe.model.freeze = freeze.rawValue
      recipe.model.inputWidth = size
      recipe.data.path = data
      recipe.data.validationShare = validationShare
      recipe.data.sampler = balanced ? "balanced" : "shuffled"
      if let augment { recipe.augment = try RecipeArgument.value(augment) }
      recipe.loss.labelSmoothing = labelSmoothing
      recipe.loss.mixup = mixup
      recipe.loss.cutmix = cutmix
      recipe.loss.name = loss.rawValue
      recipe.loss.ignoreIndex = ignoreIndex
      recipe.loss.classWeights = classWeights ? "balanced" : "none"
      recipe.optimizer.name = optimizer.rawValue
      recipe.optimizer.learningRate = learningRate ?? defaults.learningRate
      recipe.optimizer.weightDecay = weightDecay
      recipe.optimizer.clipNorm = clipNorm
      recipe.schedule.name = "cosine"
      recipe.schedule.warmupEpochs = epochs > 3 ? 1 : 0
      recipe.epochs = epochs
      recipe.batch = batch ?? defaults.batch
      recipe.emaDecay = ema ?? defaults.emaDecay
      recipe.closingEpochs = closingEpochs ?? Int((Double(epochs) * defaults.closingShare).rounded())
      recipe.patience = patience
      recipe.precision = precision
      recipe.seed = Int(seed)
      return recipe
    }
  }
}
