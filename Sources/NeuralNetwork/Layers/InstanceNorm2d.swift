import TensorCore

/// Instance normalisation: each channel of each image by itself. `[N, C, H, W]` -> the same; with parameters `weight` and
/// `bias` `[C]` where it is affine. Ulyanov et al. 2016, arXiv 1607.08022.
public struct InstanceNorm2d: Layer {
  private let scope: ParameterScope
  package let weight: Parameter?, bias: Parameter?
  private let epsilon: Double

  /// Normalisation of `channels`; `epsilon` is added to the variance.
  public init(_ scope: ParameterScope, channels: Int, epsilon: Double = 1e-5, affine: Bool = true) {
    self.scope = scope
    self.epsilon = epsilon
    weight = affine ? scope.parameter("weight", [channels], .constant(1)) : nil
    bias = affine ? scope.parameter("bias", [channels], .constant(0)) : nil
  }

  /// Normalises.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in
      try x.instanceNorm(weight: weight?.value(), bias: bias?.value(), epsilon: epsilon)
    }
  }
}
