import TensorCore

/// Normalisation over groups of channels. `[N, C, ...]` -> the same; parameters `weight` and `bias` `[C]`.
/// Wu and He 2018, arXiv 1803.08494.
public struct GroupNorm: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter
  private let groups: Int, epsilon: Double

  /// Normalisation of `channels` in `groups`; `epsilon` is added to the variance.
  public init(_ scope: ParameterScope, groups: Int, channels: Int, epsilon: Double = 1e-5) {
    self.scope = scope
    self.groups = groups
    self.epsilon = epsilon
    weight = scope.parameter("weight", [channels], .constant(1))
    bias = scope.parameter("bias", [channels], .constant(0))
  }

  /// Normalises.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in
      try x.groupNorm(groups: groups, weight: weight.value(), bias: bias.value(), epsilon: epsilon)
    }
  }
}
