import Imaging
import NeuralNetwork

/// One model of the catalog: its id, how its network is built, and what holds for it where no weights say otherwise.
public struct ModelEntry: Sendable {
  /// How the network is built.
  public enum Builder: Sendable {
    /// From code.
    case network(@Sendable (ParameterScope, NetworkOptions) -> any Network)
    /// From a darknet configuration file, which stands beside the weights.
    case darknet
  }

  /// The field's own name, such as `yolox_nano`.
  public let id: String
  /// What it is for.
  public let task: ModelTask
  /// The family, such as `YOLOX`.
  public let family: String
  /// One line about it.
  public let summary: String
  /// Authors, year, arXiv id or venue.
  public let paper: String
  /// The network's options where no weights are named: the reference implementation's defaults.
  public let options: NetworkOptions
  /// Keys that begin with one of these belong to the auxiliary heads: weights with them are loaded into a network with the heads.
  public let auxiliaryPrefixes: [String]
  /// Keys that end with one of these stand in older files and mean nothing any more: they are left out.
  public let obsoleteSuffixes: [String]
  /// The embedding whose length tells the input's size; nil where the network takes any.
  public let positions: PositionEmbedding?
  /// The input's channels: 1 or 3.
  public let channels: Int
  /// The input's usual size: what benchmarks and cost tables use.
  public let inputSize: ImageSize
  /// How a picture becomes the input where no manifest says it.
  public let contract: @Sendable () throws -> InputContract
  /// The manifest of the weights that are used where none are named; nil where nobody publishes any.
  public let defaultWeights: String?
  /// How the network is built.
  public let builder: Builder

  /// Classes of the public weights.
  public var classes: Int { options.classes }

  /// An entry.
  public init(
    id: String, task: ModelTask, family: String, summary: String, paper: String, options: NetworkOptions,
    auxiliaryPrefixes: [String] = [], obsoleteSuffixes: [String] = [], positions: PositionEmbedding? = nil,
    channels: Int = 3, inputSize: ImageSize,
    contract: @escaping @Sendable () throws -> InputContract, defaultWeights: String?,
    builder: Builder
  ) {
    self.id = id
    self.task = task
    self.family = family
    self.summary = summary
    self.paper = paper
    self.options = options
    self.auxiliaryPrefixes = auxiliaryPrefixes
    self.obsoleteSuffixes = obsoleteSuffixes
    self.positions = positions
    self.channels = channels
    self.inputSize = inputSize
    self.contract = contract
    self.defaultWeights = defaultWeights
    self.builder = builder
  }
}
