import Datasets
import Imaging
import Inference
import Models
import NeuralNetwork
import Synchronization
import TensorCore
import Training

/// Training of a network that scores classes: cross-entropy, accuracy.
public final class ClassificationTask: TrainingTask {
  /// What belongs to the loss.
  public struct Settings: Sendable {
    /// Share of the probability that is spread over all classes.
    public var labelSmoothing = 0.0
    /// A weight for each class; nil for 1.
    public var classWeights: [Float]?
    /// Shapes of the distributions that MixUp and CutMix draw from; 0 for none.
    public var mixup = 0.0, cutmix = 0.0

    /// The defaults.
    public init() {}
  }

  /// The network's parameters.
  public let parameters: ParameterStore
  private let network: any Network
  private let labels: [String]
  /// How whole pictures are fed, and how augmented ones are, which have their size already.
  private let contract: InputContract, augmentedContract: InputContract
  private let settings: Settings
  private let loss: CrossEntropyLoss
  private let predictor = Mutex<CompiledFunction?>(nil)

  /// The training of `network`, which scores classes of these names and reads pictures as `contract` says.
  public init(
    _ network: any Network, _ parameters: ParameterStore, labels: [String], contract: InputContract,
    settings: Settings = Settings()
  ) throws(ShapeError) {
    self.network = network
    self.parameters = parameters
    self.labels = labels
    self.contract = contract
    augmentedContract = contract.withoutResizing(to: contract.size)
    self.settings = settings
    let weights = try settings.classWeights.map { values throws(ShapeError) in
      try Tensor(values, shape: [values.count])
    }
    loss = CrossEntropyLoss(labelSmoothing: settings.labelSmoothing, classWeights: weights)
  }

  private var classes: Int { labels.count }
  private var mixes: Bool { settings.mixup > 0 || settings.cutmix > 0 }

  /// A picture as the contract has it, and its class.
  public func item(from sample: Sample) throws -> TrainingItem {
    TrainingItem(try contract.prepare(sample.image), label: sample.label, labelShares: sample.labelShares)
  }

  /// A training sample after augmentation, which gave it the network's size; it is converted, cropped or padded around its middle
  /// where it has another, never resized.
  public func item(augmented sample: Sample) throws -> TrainingItem {
    TrainingItem(
      try augmentedContract.prepare(sample.image), label: sample.label, labelShares: sample.labelShares)
  }

  /// Pictures and classes `[N]`, or shares of the classes `[N, K]` where pictures are mixed.
  public func tensors(for items: [TrainingItem], _ batch: BatchContext) throws -> [Tensor] {
    let pictures = try Tensor(items: items)
    guard mixes || items.contains(where: { $0.labelShares != nil }) else {
      return [pictures, try Tensor(try items.map { try label($0) }, shape: [items.count])]
    }
    var shares = [Float](repeating: 0, count: items.count * classes)
    for (row, item) in items.enumerated() {
      if let mixture = item.labelShares {
        for part in mixture { shares[row * classes + (try checked(part.label))] += part.share }
      } else {
        shares[row * classes + (try label(item))] = 1
      }
    }
    let targets = try Tensor(shares, shape: [items.count, classes])
    return try mixes
      ? BatchMixing(mixup: settings.mixup, cutmix: settings.cutmix)(pictures, targets, batch.random)
      : [pictures, targets]
  }

  private func label(_ item: TrainingItem) throws -> Int {
    guard let label = item.label else { throw TrainingError.inconsistent("a picture has no label") }
    return try checked(label)
  }

  private func checked(_ label: Int) throws -> Int {
    guard (0..<classes).contains(label) else {
      throw TrainingError.inconsistent("label \(label) is out of range; there are \(classes) classes")
    }
    return label
  }

  /// The cross-entropy, that of auxiliary classifiers added at 0.3, and the scores.
  public func losses(for tensors: [Tensor]) throws(ShapeError) -> [Tensor] {
    let outputs = try network.outputs(for: tensors[0])
    guard let scores = outputs.first?.tensor else { throw ShapeError(.shape, "classification", "no outputs") }
    var total = try crossEntropy(scores, tensors[1])
    // Auxiliary classifiers, as torchvision's reference training weighs them. Szegedy et al. 2014, arXiv 1409.4842.
    for output in outputs.dropFirst() where output.name.hasPrefix("aux") {
      total = try total + crossEntropy(output.tensor, tensors[1]) * 0.3
    }
    return [total, scores]
  }

  private func crossEntropy(_ scores: Tensor, _ targets: Tensor) throws(ShapeError) -> Tensor {
    targets.dtype == .int64 ? try loss(scores, targets) : try loss.soft(scores, targets)
  }

  /// A new score.
  public func makeScore() -> any TrainingScore { ClassificationScore(labels: labels) }

  /// Forgets the plan of the old weights.
  public func weightsChanged() { predictor.withLock { $0 = nil } }

  /// Scores a batch by a compiled plan.
  public func predict(_ items: [TrainingItem], into score: any TrainingScore) throws {
    guard let score = score as? ClassificationScore else { return }
    let function = predictor.withLock { kept in
      if let kept { return kept }
      let made = CompiledFunction(
        parameter: { [parameters] path throws(ShapeError) in try parameters.value(at: path) },
        precision: parameters.precision
      ) { [network] x throws(ShapeError) in try network.outputs(for: x).prefix(1).map(\.tensor) }
      kept = made
      return made
    }
    try score.add(function(Tensor(items: items))[0], items.map { try label($0) })
  }
}

/// Accuracy and mean loss.
public final class ClassificationScore: ConfusionScore {
  /// Counts of true and predicted classes.
  public private(set) var classification: ClassificationMetrics
  private var loss = 0.0

  init(labels: [String]) { classification = ClassificationMetrics(classes: labels) }

  func add(_ scores: Tensor, _ labels: [Int]) throws {
    try classification.add(scores: scores, targets: labels)
    let logProbabilities = try scores.logSoftmax(axis: 1).floats(), classes = scores.shape[1]
    for (row, label) in labels.enumerated() { loss -= Double(logProbabilities[row * classes + label]) }
  }

  /// top1, top5 where there are more than five classes, and the mean cross-entropy.
  public var metrics: [(name: String, value: Double)] {
    let mean = loss / Double(max(classification.count, 1))
    guard classification.classes.count > 5 else { return [("top1", classification.top1), ("loss", mean)] }
    return [("top1", classification.top1), ("top5", classification.top5 ?? .nan), ("loss", mean)]
  }

  /// More accuracy is better.
  public var isMoreBetter: Bool { true }
}
