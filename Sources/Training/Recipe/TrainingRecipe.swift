import Augmentation
import Checkpoints
import Configuration
import TensorCore

/// All that a training run is made of: model, data, augmentation, loss, optimiser, schedule. What `vision train` reads, and what
/// every run leaves in its folder, so that it can be run again.
public struct TrainingRecipe: Sendable, RecipeSection {
  /// What is trained.
  public var model = ModelSettings()
  /// What it is trained on.
  public var data = DataSettings()
  /// What happens to a training picture: a recipe's name or steps; nil for the task's own.
  public var augment: RecipeValue?
  /// The last epochs, in which `closingAugment` takes the place of `augment`; what a task does then beside is its own.
  public var closingEpochs = 0
  /// A recipe's name or steps; nil for `augment` without what mixes pictures.
  public var closingAugment: RecipeValue?
  /// The loss and what goes with it.
  public var loss = LossSettings()
  /// What a style network learns to paint.
  public var style = StyleSettings()
  /// The optimiser.
  public var optimizer = OptimizerSettings()
  /// The learning rate over time.
  public var schedule = ScheduleSettings()
  /// Passes over the data.
  public var epochs = 20
  /// Samples a step.
  public var batch = 32
  /// Batches whose gradients are added up before a step.
  public var accumulate = 1
  /// Where all random numbers come from.
  public var seed = 0
  /// Arithmetic of products, forward and backward; weights, their gradients and the optimiser are fp32 always.
  public var precision = Precision.fp32
  /// Stop after so many epochs without a better result; nil never does.
  public var patience: Int?
  /// Decay of the moving average of the weights, which then is what is validated and kept as best; nil for none.
  public var emaDecay: Double?
  /// Damaged files that a run puts up with.
  public var quarantineBudget = 100
  /// Minutes between saves within an epoch.
  public var saveMinutes = 10.0
  /// Steps between pictures of what the network does; nil for none. Only style networks have such.
  public var previewSteps: Int?

  /// The defaults.
  public init() {}

  /// Whether an epoch, from 0, is one of the closing ones.
  public func isClosing(epoch: Int) -> Bool { epoch >= epochs - closingEpochs }

  mutating func describe(_ fields: inout some RecipeFields) {
    fields.section("model", &model)
    fields.section("data", &data)
    fields.steps("augment", &augment)
    fields.integer("closing_epochs", &closingEpochs, 0...1_000_000)
    fields.steps("closing_augment", &closingAugment)
    fields.section("loss", &loss)
    fields.section("style", &style)
    fields.section("optimizer", &optimizer)
    fields.section("schedule", &schedule)
    fields.integer("epochs", &epochs, 1...1_000_000)
    fields.integer("batch", &batch, 1...65_536)
    fields.integer("accumulate", &accumulate, 1...65_536)
    fields.integer("seed", &seed, 0...Int.max)
    var word = precision.rawValue
    fields.word("precision", &word, among: Precision.allCases.map(\.rawValue))
    precision = Precision(rawValue: word) ?? precision
    fields.integer("patience", &patience, 1...1_000_000)
    fields.number("ema_decay", &emaDecay, 0...1)
    fields.integer("quarantine_budget", &quarantineBudget, 0...1_000_000_000)
    fields.number("save_minutes", &saveMinutes, 0.01...1e6)
    fields.integer("preview_steps", &previewSteps, 1...1_000_000_000)
  }

  /// What is trained.
  public struct ModelSettings: Sendable, RecipeSection {
    /// A catalog id.
    public var name = "resnet18"
    /// A weights file, a manifest's id, `random`, or nil for the model's own.
    public var weights: String?
    /// `none`, `backbone` (all but the layer that is new or scores the classes), or what key prefixes say.
    public var freeze = "none"
    /// Prefixes of keys that are not trained.
    public var frozen: [String] = []
    /// Rows and columns of the input; nil for the model's usual size.
    public var inputWidth: Int?, inputHeight: Int?
    /// Detectors: how far a batch's size is from the input's, at most, as a share of it; drawn anew for each batch.
    public var multiscale = 0.0
    /// SSDLite: the side of the smallest default boxes as a share of the input's; nil for what the weights or else the model have.
    public var minRatio: Double?

    mutating func describe(_ fields: inout some RecipeFields) {
      fields.text("name", &name)
      fields.text("weights", &weights)
      fields.word("freeze", &freeze, among: ["none", "backbone"])
      fields.texts("frozen", &frozen)
      fields.integer("input_width", &inputWidth, 1...65_536)
      fields.integer("input_height", &inputHeight, 1...65_536)
      fields.number("multiscale", &multiscale, 0...0.9)
      fields.number("min_ratio", &minRatio, ManifestOptions.minRatios)
    }
  }

  /// What a model is trained on.
  public struct DataSettings: Sendable, RecipeSection {
    /// A folder or an archive.
    public var path = ""
    /// Its format; nil finds out.
    public var format: String?
    /// The names of classes that the data number alone, as masks may.
    public var classes: [String] = []
    /// The part that is trained on; nil takes `train`, or deals the whole set out.
    public var train: String?
    /// The part that is validated on; nil takes `val`, `valid`, `validation` or `test`.
    public var validation: String?
    /// Where the set has no parts: the share that is validated on.
    public var validationShare = 0.2
    /// Folds of a cross-validation; nil for none.
    public var folds: Int?
    /// The fold that is validated on, from 0.
    public var fold = 0
    /// At most so many training pictures, dealt by seed; nil for all.
    public var limit: Int?
    /// `shuffled`, or `balanced`: classes as likely as each other.
    public var sampler = "shuffled"
    /// Threads that read; nil for as many as compute.
    public var threads: Int?

    mutating func describe(_ fields: inout some RecipeFields) {
      fields.text("path", &path)
      fields.text("format", &format)
      fields.texts("classes", &classes)
      fields.text("train", &train)
      fields.text("validation", &validation)
      fields.number("validation_share", &validationShare, 0.0...0.95)
      fields.integer("folds", &folds, 2...1000)
      fields.integer("fold", &fold, 0...999)
      fields.integer("limit", &limit, 1...Int.max)
      fields.word("sampler", &sampler, among: ["shuffled", "balanced"])
      fields.integer("threads", &threads, 1...1024)
    }
  }

  /// How weights follow gradients.
  public struct OptimizerSettings: Sendable, RecipeSection {
    /// `sgd`, `adam`, `adamw` or `rmsprop`.
    public var name = "sgd"
    /// The rate that the schedule scales.
    public var learningRate = 0.01
    /// Share of the last step that goes on.
    public var momentum = 0.9
    /// Whether momentum looks ahead.
    public var nesterov = false
    /// Pull towards zero.
    public var weightDecay = 1e-4
    /// Whether norms and biases are pulled too.
    public var decaysNorms = true
    /// Decays of Adam's averages.
    public var beta1 = 0.9, beta2 = 0.999
    /// Added to denominators.
    public var epsilon = 1e-8
    /// Decay of RMSprop's average.
    public var alpha = 0.99
    /// Factor of the rate from a layer to the one before it; 1 for none.
    public var layerDecay = 1.0
    /// Factor of the rate of all but the new layers.
    public var backboneRate = 1.0
    /// Largest global norm of the gradients; nil for any.
    public var clipNorm: Double?
    /// Largest size of a gradient's value; nil for any.
    public var clipValue: Double?

    mutating func describe(_ fields: inout some RecipeFields) {
      fields.word("name", &name, among: ["sgd", "adam", "adamw", "rmsprop"])
      fields.number("learning_rate", &learningRate, 0...1e6)
      fields.number("momentum", &momentum, 0...1)
      fields.flag("nesterov", &nesterov)
      fields.number("weight_decay", &weightDecay, 0...1e6)
      fields.flag("decay_norms", &decaysNorms)
      fields.number("beta1", &beta1, 0...1)
      fields.number("beta2", &beta2, 0...1)
      fields.number("epsilon", &epsilon, 0...1)
      fields.number("alpha", &alpha, 0...1)
      fields.number("layer_decay", &layerDecay, 0.01...1)
      fields.number("backbone_rate", &backboneRate, 0...1e3)
      fields.number("clip_norm", &clipNorm, 1e-12...1e12)
      fields.number("clip_value", &clipValue, 1e-12...1e12)
    }
  }

  /// The learning rate over time.
  public struct ScheduleSettings: Sendable, RecipeSection {
    /// `constant`, `step`, `multi_step`, `exponential`, `cosine`, `one_cycle`, `polynomial` or `plateau`.
    public var name = "cosine"
    /// Epochs that the rate rises from `warmupFactor` of it.
    public var warmupEpochs = 0.0
    /// Where a warm-up begins, as a share of the rate.
    public var warmupFactor = 0.01
    /// Epochs between drops (`step`).
    public var stepEpochs = 30
    /// Factor of a drop (`step`, `multi_step`, `exponential`, `plateau`).
    public var factor = 0.1
    /// Epochs of the drops (`multi_step`).
    public var milestones: [Double] = []
    /// The lowest rate, as a share of the rate (`cosine`, `polynomial`, `plateau`).
    public var floor = 0.0
    /// Power (`polynomial`).
    public var power = 1.0
    /// Share of the rise (`one_cycle`).
    public var rise = 0.3
    /// Epochs without a better result before a drop (`plateau`).
    public var patience = 10

    mutating func describe(_ fields: inout some RecipeFields) {
      fields.word(
        "name", &name,
        among: ["constant", "step", "multi_step", "exponential", "cosine", "one_cycle", "polynomial", "plateau"])
      fields.number("warmup_epochs", &warmupEpochs, 0...1e6)
      fields.number("warmup_factor", &warmupFactor, 0...1)
      fields.integer("step_epochs", &stepEpochs, 1...1_000_000)
      fields.number("factor", &factor, 0...1)
      fields.numbers("milestones", &milestones)
      fields.number("floor", &floor, 0...1)
      fields.number("power", &power, 0...100)
      fields.number("rise", &rise, 0.001...0.999)
      fields.integer("patience", &patience, 1...1_000_000)
    }
  }
}

extension TrainingRecipe {
  /// Reads a recipe. `overrides` are settings by path, such as `optimizer.learning_rate`, in place of the file's. All that is wrong
  /// is told at once. Throws `ConfigurationError`.
  public init(path: String, overrides: [(path: String, value: String)] = []) throws {
    try self.init(YAMLReader.read(path: path), overrides: overrides)
  }

  /// Reads a recipe from YAML: the settings themselves, or those under `train`.
  public init(_ node: YAMLNode, overrides: [(path: String, value: String)] = []) throws(ConfigurationError) {
    var node = node["train"] ?? node
    var faults: [ConfigurationFault] = [], seen: Set<String> = []
    for (path, value) in overrides {
      if !seen.insert(path).inserted {
        faults.append(ConfigurationFault(SourcePosition("command line"), "\(path) is given twice"))
      }
      let parsed =
        (try? YAMLReader.read(text: value, name: "command line")) ?? .text(value, at: SourcePosition("command line"))
      node = node.setting(path.split(separator: ".").map(String.init)[...], to: parsed)
    }
    self.init()
    var reading = RecipeReading(node)
    describe(&reading)
    reading.finish()
    faults += reading.faults
    if data.path.isEmpty {
      faults.append(ConfigurationFault(node.position, "data.path is missing; expected a folder or an archive of data"))
    }
    if !faults.isEmpty { throw ConfigurationError(faults) }
  }

  /// The paths of the settings that are not as they are by default, such as `loss.mixup`.
  public var changes: [String] {
    func written(_ recipe: TrainingRecipe) -> YAMLNode {
      var copy = recipe, writing = RecipeWriting()
      copy.describe(&writing)
      return writing.node
    }
    func paths(_ node: YAMLNode, _ usual: YAMLNode?, _ prefix: String) -> [String] {
      (node.entries ?? []).flatMap { entry in
        let usual = usual?[entry.key], path = prefix + entry.key
        if entry.value.entries != nil, usual?.entries != nil { return paths(entry.value, usual, path + ".") }
        return usual.map { YAMLWriter.text($0) == YAMLWriter.text(entry.value) } == true ? [] : [path]
      }
    }
    return paths(written(self), written(TrainingRecipe()), "")
  }

  /// The recipe with every setting written out.
  public var yaml: String {
    var copy = self
    var writing = RecipeWriting()
    copy.describe(&writing)
    let origin = SourcePosition("recipe")
    return YAMLWriter.text(YAMLNode(.mapping([YAMLNode.Entry("train", writing.node)]), at: origin))
  }
}

extension YAMLNode {
  /// This node with another value at a path of keys.
  fileprivate func setting(_ path: ArraySlice<String>, to value: YAMLNode) -> YAMLNode {
    guard let key = path.first else { return value }
    var entries = entries ?? []
    let below = entries.first { $0.key == key }?.value ?? YAMLNode(.mapping([]), at: value.position)
    let changed = Entry(key, below.setting(path.dropFirst(), to: value), at: value.position)
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index] = changed
    } else {
      entries.append(changed)
    }
    return YAMLNode(.mapping(entries), at: position)
  }
}
