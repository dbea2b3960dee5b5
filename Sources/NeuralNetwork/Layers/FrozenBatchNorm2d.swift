import TensorCore

/// Batch normalisation whose statistics and affine parameters are fixed buffers, as `torchvision.ops.FrozenBatchNorm2d`:
/// backbones of detectors have it. `[N, C, H, W]` -> the same. Has no `num_batches_tracked`.
public struct FrozenBatchNorm2d: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter, mean: Parameter, variance: Parameter
  private let epsilon: Double

  /// Normalisation of `channels`; `epsilon` is added to the variance.
  public init(_ scope: ParameterScope, channels: Int, epsilon: Double = 1e-5) {
    self.scope = scope
    self.epsilon = epsilon
    weight = scope.buffer("weight", [channels], .constant(1))
    bias = scope.buffer("bias", [channels], .constant(0))
    mean = scope.buffer("running_mean", [channels], .constant(0))
    variance = scope.buffer("running_var", [channels], .constant(1))
  }

  /// Normalises with the fixed mean and variance.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in
      try x.batchNorm(
        mean: mean.value(), variance: variance.value(), weight: weight.value(), bias: bias.value(), epsilon: epsilon)
    }
  }
}
