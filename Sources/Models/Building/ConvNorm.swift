import NeuralNetwork
import TensorCore

/// Convolution without bias, batch normalisation, activation. `[N, C, H, W]` -> `[N, K, H/stride, W/stride]` for odd kernels.
public struct ConvNorm: Layer {
  private let convolution: Conv2d, norm: BatchNorm2d, activation: Activation

  /// The two layers' parameters stand under `convName` and `normName` of the scope. Padding keeps the size at stride 1.
  public init(
    _ scope: ParameterScope, _ convName: String = "conv", _ normName: String = "bn", in c: Int, out k: Int, kernel: Int,
    stride: Int = 1, groups: Int = 1, epsilon: Double = 1e-5, activation: Activation = .none
  ) {
    convolution = Conv2d(
      scope[convName], in: c, out: k, kernel: kernel, stride: stride, padding: (kernel - 1) / 2, groups: groups,
      bias: false)
    norm = BatchNorm2d(scope[normName], channels: k, epsilon: epsilon)
    self.activation = activation
  }

  /// Applies the three.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try activation(norm(convolution(x))) }
}
