import Augmentation
import Datasets
import Imaging
import Inference
import Models
import NeuralNetwork
import Synchronization
import TensorCore
import Training

/// Training of a network that scores every pixel: its samples are those of a `PixelDataset`.
public final class SegmentationTask: TrainingTask {
  /// What belongs to a run.
  public struct Settings: Sendable {
    /// The loss.
    public var loss = SegmentationLoss()
    /// Validation pictures, of which a few are shown.
    public var validationCount = 0

    /// The defaults.
    public init() {}
  }

  /// The network's parameters.
  public let parameters: ParameterStore
  private let network: any SegmentationNetwork
  private let labels: [String]
  private let contract: InputContract, augmentedContract: InputContract
  private let settings: Settings
  private let predictor = Mutex<Segmenter?>(nil)

  /// The training of `network`, which scores classes of these names and reads pictures as `contract` says; training pictures
  /// have `size`, or where it is nil the size that augmentation gives them.
  public init(
    _ network: any SegmentationNetwork, _ parameters: ParameterStore, labels: [String], contract: InputContract,
    size: ImageSize?, settings: Settings = Settings()
  ) {
    self.network = network
    self.parameters = parameters
    self.labels = labels
    self.contract = contract
    augmentedContract = contract.withoutResizing(to: size)
    self.settings = settings
  }

  /// A picture as the contract has it; its mask stays as it is, to be compared with at its own size.
  public func item(from sample: Sample) throws -> TrainingItem {
    TrainingItem(
      try contract.prepare(sample.image), classMap: try Self.map(sample.classMap), image: sample.image)
  }

  /// A training picture after augmentation, converted, cropped or padded around its middle, never resized, and its mask with it.
  public func item(augmented sample: Sample) throws -> TrainingItem {
    TrainingItem(
      try augmentedContract.prepare(sample.image),
      classMap: try augmentedContract.prepare(try Self.map(sample.classMap), void: PixelDataset.void))
  }

  private static func map(_ map: ClassMap?) throws -> ClassMap {
    guard let map else { throw TrainingError.inconsistent("a picture has no mask") }
    return map
  }

  /// Pictures and labels int64 `[N, H, W]`.
  public func tensors(for items: [TrainingItem], _ batch: BatchContext) throws -> [Tensor] {
    if let first = items.first?.picture,
      let other = items.first(where: { $0.picture.width != first.width || $0.picture.height != first.height })?.picture
    {
      throw TrainingError.setting(
        "training pictures have several sizes, such as \(first.width)x\(first.height) and \(other.width)x\(other.height): "
          + "end the augmentation with a random_crop, or name model.input_width")
    }
    let pictures = try Tensor(items: items)
    var targets: [Int] = []
    targets.reserveCapacity(items.count * pictures.shape[2] * pictures.shape[3])
    for item in items {
      let map = try Self.map(item.classMap)
      if let wrong = map.classes.first(where: { Int($0) >= labels.count && $0 != PixelDataset.void }) {
        throw TrainingError.inconsistent(
          "label \(wrong) is out of range; there are \(labels.count) classes, and 255 for none (does a fill of the "
            + "augmentation name a class that is none?)")
      }
      for label in map.classes { targets.append(Int(label)) }
    }
    return [pictures, try Tensor(targets, shape: [items.count, pictures.shape[2], pictures.shape[3]])]
  }

  /// The loss.
  public func losses(for tensors: [Tensor]) throws(ShapeError) -> [Tensor] {
    var input = tensors[0]
    let margin = network.margin
    if margin > 0 { input = try input.pad([(margin, margin), (margin, margin)], mode: .reflect) }
    return [try settings.loss(network.outputs(for: input), tensors[1])]
  }

  /// A new score.
  public func makeScore() -> any TrainingScore { SegmentationScore(labels: labels, count: settings.validationCount) }

  /// Forgets the plans of the old weights.
  public func weightsChanged() { predictor.withLock { $0 = nil } }

  /// Scores a batch at the size of its masks.
  public func predict(_ items: [TrainingItem], into score: any TrainingScore) throws {
    guard let score = score as? SegmentationScore else { return }
    let segmenter = predictor.withLock { kept in
      if let kept { return kept }
      let made = Segmenter(
        model: "", network: PlannedNetwork(network, parameters), contract: contract, labels: labels)
      kept = made
      return made
    }
    for (item, map) in zip(items, try segmenter.segment(anySize: items.map(\.picture))) {
      try score.add(item.image, truth: Self.map(item.classMap), predicted: map)
    }
  }
}

extension Segmenter {
  /// As `segment(_:)`, of pictures whose prepared sizes may differ: those of one size that follow each other go together.
  public func segment(anySize images: [PreparedImage]) throws -> [ClassMap] {
    var maps: [ClassMap] = [], start = 0
    while start < images.count {
      let first = images[start]
      let end = images[start...].firstIndex { $0.width != first.width || $0.height != first.height } ?? images.count
      maps += try segment(Array(images[start..<end]))
      start = end
    }
    return maps
  }
}

/// A segmentation network's scores by compiled plans.
private struct PlannedNetwork: SegmentationNetwork {
  let network: any SegmentationNetwork
  let plans: CompiledFunction

  init(_ network: any SegmentationNetwork, _ parameters: ParameterStore) {
    self.network = network
    plans = CompiledFunction(
      parameter: { path throws(ShapeError) in try parameters.value(at: path) }, precision: parameters.precision
    ) { x throws(ShapeError) in [try network.scores(for: x)] }
  }

  var margin: Int { network.margin }
  func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] { try network.outputs(for: input) }
  func scores(for input: Tensor) throws(ShapeError) -> Tensor { try plans(input)[0] }
}
