import Models
import NeuralNetwork
import TensorCore

/// Convolution, normalisation if any, activation, under the keys of torchvision's `Conv2dNormActivation`: `0` and `1`. Has a
/// bias where it has no normalisation. `[N, C, H, W]` -> `[N, K, H/stride, W/stride]` for odd kernels.
struct ConvBlock: Layer {
  private let convolution: Conv2d, norm: (any Layer)?, activation: Activation

  init(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int = 3, stride: Int = 1, norm: Normalization? = nil,
    activation: Activation = .relu
  ) {
    convolution = Conv2d(
      scope[0], in: c, out: k, kernel: kernel, stride: stride, padding: (kernel - 1) / 2, bias: norm == nil)
    self.norm = norm?.layer(scope[1], channels: k)
    self.activation = activation
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let convolved = try convolution(x)
    return try activation(norm?(convolved) ?? convolved)
  }
}
