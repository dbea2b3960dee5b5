/// What a training run tells of itself while it runs.
public enum TrainingEvent: Sendable {
  /// The run begins, or goes on: samples a pass, and the step and epochs that are done already.
  case began(samples: Int, epoch: Int)
  /// A step is done: the epoch, samples of the pass that are done, and the mean loss of the pass so far.
  case step(epoch: Int, done: Int, of: Int, loss: Double)
  /// Validation is under way.
  case validating(done: Int, of: Int)
  /// A pass is done.
  case epoch(EpochReport)
  /// Something a person should know, such as a damaged file.
  case note(String)
}

/// What a pass over the data came to.
public struct EpochReport: Sendable, Hashable, Codable {
  /// From 1.
  public var epoch: Int
  /// The mean loss over the pass.
  public var trainLoss: Double
  /// Scores of the validation, in order.
  public var metrics: [Metric]
  /// The rate of the last step.
  public var learningRate: Double
  /// Trained pictures a second, validation apart.
  public var imagesPerSecond: Double
  /// Whether this is the best result so far.
  public var isBest: Bool

  /// A named number.
  public struct Metric: Sendable, Hashable, Codable {
    /// Its name, such as `top1`.
    public var name: String
    /// Its value.
    public var value: Double

    /// A number.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }
}

/// How a run ended.
public struct TrainingResult: Sendable {
  /// The epoch of the best result, from 1, and its scores.
  public var best: EpochReport?
  /// The last pass.
  public var last: EpochReport?
  /// Whether it ended early because nothing got better.
  public var stoppedEarly: Bool
  /// Whether it was interrupted.
  public var wasInterrupted: Bool
}
