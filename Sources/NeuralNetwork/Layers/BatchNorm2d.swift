import TensorCore

/// Batch normalisation over the channels: with the running statistics, or, in training, with the batch's own, which move the
/// running ones. `[N, C, H, W]` -> the same.
/// Ioffe and Szegedy 2015, arXiv 1502.03167.
public struct BatchNorm2d: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter, mean: Parameter, variance: Parameter
  private let tracked: Parameter
  private let epsilon: Double, momentum: Double

  /// Normalisation of `channels`; `epsilon` is added to the variance, `momentum` is the batch's share in the
  /// running statistics.
  public init(_ scope: ParameterScope, channels: Int, epsilon: Double = 1e-5, momentum: Double = 0.1) {
    self.scope = scope
    self.epsilon = epsilon
    self.momentum = momentum
    weight = scope.parameter("weight", [channels], .constant(1))
    bias = scope.parameter("bias", [channels], .constant(0))
    mean = scope.buffer("running_mean", [channels], .constant(0))
    variance = scope.buffer("running_var", [channels], .constant(1))
    tracked = scope.buffer("num_batches_tracked", [], dtype: .int64, .constant(0), optional: true)
  }

  /// Normalises. A norm whose parameters are frozen keeps the running statistics in training too.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in
      if let phase = TrainingPhase.current, phase.trains(weight) { return try train(x, phase) }
      return try x.batchNorm(
        mean: mean.value(), variance: variance.value(), weight: weight.value(), bias: bias.value(), epsilon: epsilon)
    }
  }

  private func train(_ x: Tensor, _ phase: TrainingPhase) throws(ShapeError) -> Tensor {
    let result = try x.batchNormTraining(weight: weight.value(), bias: bias.value(), epsilon: epsilon)
    let count = Float(x.count / x.shape[1]), share = Float(momentum)
    try Tape.paused { () throws(ShapeError) in
      phase.update(mean, to: try mean.value() * (1 - share) + result.mean * share)
      // The running variance is the unbiased one.
      phase.update(variance, to: try variance.value() * (1 - share) + result.variance * (share * count / (count - 1)))
      phase.update(tracked, to: try tracked.value() + 1)
    }
    return result.output
  }
}
