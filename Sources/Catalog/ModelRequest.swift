import Checkpoints
import Imaging
import Models
import NeuralNetwork
import TensorCore

/// What a user asks for when naming a model.
public struct ModelRequest: Sendable {
  /// A catalog id, an alias, or the path of a darknet `.cfg` file.
  public var model: String
  /// A file, a manifest's id, `random`, or nil for the model's own weights.
  public var weights: String?
  /// Fills random weights.
  public var seed: UInt64
  /// The task the model must be for; nil for any.
  public var task: ModelTask?
  /// How its products are computed.
  public var precision: Precision

  /// A request.
  public init(
    model: String, weights: String? = nil, seed: UInt64 = 0, task: ModelTask? = nil, precision: Precision = .fp32
  ) {
    self.model = model
    self.weights = weights
    self.seed = seed
    self.task = task
    self.precision = precision
  }
}

/// A network with its weights and all that belongs to them.
public struct LoadedModel: Sendable {
  /// The model's id in results.
  public let id: String
  /// What it is for.
  public let task: ModelTask
  /// The network.
  public let network: any Network
  /// Its parameters.
  public let parameters: ParameterStore
  /// How a picture becomes its input.
  public let contract: InputContract
  /// The names of its classes.
  public let labels: [String]
  /// The ids that its data set gives the classes; nil where they count from 1.
  public let categoryIDs: [Int]?
  /// The file that its weights came from; nil for random ones.
  public let weightsPath: String?
  /// The channels of its input.
  public let channels: Int
  /// The size of its input where none is asked for.
  public let inputSize: ImageSize

  /// The shape of a batch; of the usual size where none is given.
  public func inputShape(batch: Int, size: ImageSize? = nil) -> [Int] {
    let size = size ?? inputSize
    return [batch, channels, size.height, size.width]
  }
}
