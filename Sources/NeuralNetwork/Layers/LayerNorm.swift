import TensorCore

/// Layer normalisation over the last axis. `[..., C]` -> the same; parameters `weight` and `bias` `[C]`.
/// Ba et al. 2016, arXiv 1607.06450.
public struct LayerNorm: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter
  private let epsilon: Double

  /// Normalisation of `channels`; `epsilon` is added to the variance.
  public init(_ scope: ParameterScope, channels: Int, epsilon: Double = 1e-5) {
    self.scope = scope
    self.epsilon = epsilon
    weight = scope.parameter("weight", [channels], .constant(1))
    bias = scope.parameter("bias", [channels], .constant(0))
  }

  /// Normalises.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in
      try x.layerNorm(normalizedShape: weight.spec.shape, weight: weight.value(), bias: bias.value(), epsilon: epsilon)
    }
  }
}
