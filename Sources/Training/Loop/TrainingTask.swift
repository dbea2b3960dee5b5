import Augmentation
import Imaging
import NeuralNetwork
import TensorCore

/// What one kind of network brings to the training loop: how samples become a batch, how a batch becomes a loss, how predictions
/// are scored.
public protocol TrainingTask: Sendable {
  /// The network's parameters.
  var parameters: ParameterStore { get }
  /// A sample as the network reads it, for validation; called on many threads. Throws where the picture cannot be prepared.
  func item(from sample: Sample) throws -> TrainingItem
  /// A training sample after augmentation, which gave it the network's size. The same otherwise.
  func item(augmented sample: Sample) throws -> TrainingItem
  /// The tensors of a batch, the pictures `[N, C, H, W]` first. Throws where samples do not go together, or say what the task does
  /// not know, such as a label out of range.
  func tensors(for items: [TrainingItem], _ batch: BatchContext) throws -> [Tensor]
  /// The values of a parameter that `losses` reads: the network's own, or those of another that stays as it is.
  func value(at path: String) throws(ShapeError) -> Tensor
  /// A picture of what the network does now, to look at while it learns; nil where there is none to show. In prediction mode.
  func preview() throws -> Image?
  /// The loss, a scalar, then whatever else is wanted of a step. Runs in training mode and reads no values, so that it can be
  /// recorded.
  func losses(for tensors: [Tensor]) throws(ShapeError) -> [Tensor]
  /// A new score of predictions.
  func makeScore() -> any TrainingScore
  /// Scores a batch, in prediction mode; the weights stay as they are meanwhile.
  func predict(_ items: [TrainingItem], into score: any TrainingScore) throws
  /// Told when the weights have changed, before predictions.
  func weightsChanged()
}

extension TrainingTask {
  /// The network's own parameters alone.
  public func value(at path: String) throws(ShapeError) -> Tensor { try parameters.value(at: path) }
  /// None.
  public func preview() throws -> Image? { nil }
}

/// The place of a batch in a run.
public struct BatchContext: Sendable {
  /// Draws what is random of the batch as a whole.
  public var random: RandomStream
  /// Whether the run is in its closing epochs, whose pictures are not mixed.
  public var isClosing: Bool

  /// A place.
  public init(random: RandomStream, isClosing: Bool = false) {
    self.random = random
    self.isClosing = isClosing
  }
}

/// A prepared picture and what is known of it.
public struct TrainingItem: Sendable {
  /// What the network reads.
  public var picture: PreparedImage
  /// The class of the whole picture.
  public var label: Int?
  /// Where pictures were mixed: the classes and their shares.
  public var labelShares: [LabelShare]?
  /// The objects in it, where the task is about them.
  public var objects: [SampleObject]
  /// The class of every pixel, where the task is about them.
  public var classMap: ClassMap?
  /// The picture as it was, where scores show some.
  public var image: Image?

  /// An item.
  public init(
    _ picture: PreparedImage, label: Int? = nil, labelShares: [LabelShare]? = nil, objects: [SampleObject] = [],
    classMap: ClassMap? = nil, image: Image? = nil
  ) {
    self.picture = picture
    self.label = label
    self.labelShares = labelShares
    self.objects = objects
    self.classMap = classMap
    self.image = image
  }
}

extension Tensor {
  /// The pictures of items as a batch, float32 `[N, C, H, W]`. Throws where their sizes differ.
  public init(items: [TrainingItem]) throws(ShapeError) { try self.init(batch: items.map(\.picture)) }
}

/// Adds up how good predictions are.
public protocol TrainingScore: AnyObject {
  /// The numbers by name, in the order in which they are shown; the first is the one that decides which weights are best.
  var metrics: [(name: String, value: Double)] { get }
  /// Whether more of the first number is better; a loss is better where it is less.
  var isMoreBetter: Bool { get }
}
