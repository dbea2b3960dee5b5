import TensorCore

/// Layer normalisation over the channels of every pixel. `[N, C, H, W]` -> the same; parameters `weight` and `bias` `[C]`.
/// Ba et al. 2016, arXiv 1607.06450; as ConvNeXt has it: Liu et al. 2022, arXiv 2201.03545.
public struct LayerNorm2d: Layer {
  private let norm: LayerNorm

  /// Normalisation of `channels`; `epsilon` is added to the variance.
  public init(_ scope: ParameterScope, channels: Int, epsilon: Double = 1e-5) {
    norm = LayerNorm(scope, channels: channels, epsilon: epsilon)
  }

  /// Normalises.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try norm(x.permute([0, 2, 3, 1])).permute([0, 3, 1, 2])
  }
}
