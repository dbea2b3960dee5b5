import NeuralNetwork
import TensorCore

/// Self-attention of several heads, with the keys of `torch.nn.MultiheadAttention`. `[..., N, C]` -> the same; parameters
/// `in_proj_weight` `[3C, C]`, `in_proj_bias` and `out_proj`. Vaswani et al. 2017, arXiv 1706.03762.
public struct MultiHeadAttention: Layer {
  private let scope: ParameterScope
  private let weight: Parameter, bias: Parameter
  private let output: Linear, heads: Int

  /// A layer for `channels` in `heads`, which must divide them.
  public init(_ scope: ParameterScope, channels: Int, heads: Int) {
    self.scope = scope
    self.heads = heads
    weight = scope.parameter(
      "in_proj_weight", [3 * channels, channels], .xavierUniform(in: channels, out: 3 * channels))
    bias = scope.parameter("in_proj_bias", [3 * channels], .constant(0))
    output = Linear(scope["out_proj"], in: channels, out: channels, biasInitializer: .constant(0))
  }

  /// Every row attends to all rows.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let mixed = try scope.locating { () throws(ShapeError) in
      let parts = try x.linear(weight.value(), bias: bias.value()).chunk(3, axis: -1)
      return try parts[0].attention(key: parts[1], value: parts[2], heads: heads)
    }
    return try output(mixed)
  }
}
