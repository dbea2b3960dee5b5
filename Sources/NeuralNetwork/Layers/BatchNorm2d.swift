import TensorCore

/// Batch normalisation over the channels, with the running statistics. `[N, C, H, W]` -> the same.
/// Ioffe and Szegedy 2015, arXiv 1502.03167.
public struct BatchNorm2d: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter, mean: Parameter, variance: Parameter
  private let epsilon: Double

  /// Normalisation of `channels`; `epsilon` is added to the variance.
  public init(_ scope: ParameterScope, channels: Int, epsilon: Double = 1e-5) {
    self.scope = scope
    self.epsilon = epsilon
    weight = scope.parameter("weight", [channels], .constant(1))
    bias = scope.parameter("bias", [channels], .constant(0))
    mean = scope.buffer("running_mean", [channels], .constant(0))
    variance = scope.buffer("running_var", [channels], .constant(1))
    _ = scope.buffer("num_batches_tracked", [], dtype: .int64, .constant(0), optional: true)
  }

  /// Normalises with the running mean and variance.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in
      try x.batchNorm(
        mean: mean.value(), variance: variance.value(), weight: weight.value(), bias: bias.value(), epsilon: epsilon)
    }
  }
}
