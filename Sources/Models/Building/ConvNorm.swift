import NeuralNetwork
import TensorCore

/// Convolution without bias, normalisation, activation. `[N, C, H, W]` -> `[N, K, H/stride, W/stride]` for odd kernels.
public struct ConvNorm: Layer {
  private let convolution: Conv2d, norm: any Layer, activation: Activation

  /// The two layers' parameters stand under `convName` and `normName` of the scope. Without a `padding` of
  /// `[vertical, horizontal]` the size is kept at stride 1.
  public init(
    _ scope: ParameterScope, _ convName: String = "conv", _ normName: String = "bn", in c: Int, out k: Int,
    kernel: [Int], stride: [Int] = [1, 1], padding: [Int]? = nil, dilation: [Int] = [1, 1], groups: Int = 1,
    norm: Normalization = .batch, activation: Activation = .none, initializer: Initializer? = nil
  ) {
    convolution = Conv2d(
      scope[convName], in: c, out: k, kernel: kernel, stride: stride,
      padding: padding ?? zip(kernel, dilation).map { ($0 - 1) / 2 * $1 }, dilation: dilation, groups: groups,
      bias: false, initializer: initializer)
    self.norm = norm.layer(scope[normName], channels: k)
    self.activation = activation
  }

  /// The same with a square kernel.
  public init(
    _ scope: ParameterScope, _ convName: String = "conv", _ normName: String = "bn", in c: Int, out k: Int, kernel: Int,
    stride: Int = 1, padding: Int? = nil, dilation: Int = 1, groups: Int = 1, norm: Normalization = .batch,
    activation: Activation = .none, initializer: Initializer? = nil
  ) {
    self.init(
      scope, convName, normName, in: c, out: k, kernel: [kernel, kernel], stride: [stride, stride],
      padding: padding.map { [$0, $0] }, dilation: [dilation, dilation], groups: groups, norm: norm,
      activation: activation, initializer: initializer)
  }

  /// Applies the three.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try activation(norm(convolution(x))) }
}
