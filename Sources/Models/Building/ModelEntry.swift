import Checkpoints
import NeuralNetwork

/// What a model is for: which command runs it.
public enum ModelTask: String, Sendable, CaseIterable {
  case detection
}

/// One model of the catalog: its id, and how its network is built.
public struct ModelEntry: Sendable {
  /// How the network is built.
  public enum Builder: Sendable {
    /// From code, for a number of classes.
    case network(@Sendable (ParameterScope, _ classes: Int) -> any Network)
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
  /// Classes of the public weights.
  public let classes: Int
  /// How the network is built.
  public let builder: Builder

  /// An entry.
  public init(id: String, task: ModelTask, family: String, summary: String, classes: Int, builder: Builder) {
    self.id = id
    self.task = task
    self.family = family
    self.summary = summary
    self.classes = classes
    self.builder = builder
  }
}
