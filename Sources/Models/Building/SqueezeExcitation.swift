import NeuralNetwork
import TensorCore

/// Every channel times a factor that all channels' means decide. `[N, C, H, W]` -> the same; parameters under `fc1` and
/// `fc2`. Hu et al. 2017, arXiv 1709.01507.
public struct SqueezeExcitation: Layer {
  private let squeeze: Conv2d, excite: Conv2d, activation: Activation, gate: Activation

  /// A block for `channels` that are squeezed to fewer; `gate` makes the factors.
  public init(
    _ scope: ParameterScope, channels: Int, squeezed: Int, activation: Activation = .relu, gate: Activation = .sigmoid
  ) {
    squeeze = Conv2d(
      scope["fc1"], in: channels, out: squeezed, kernel: 1, initializer: .kaimingNormal(fan: squeezed),
      biasInitializer: .constant(0))
    excite = Conv2d(
      scope["fc2"], in: squeezed, out: channels, kernel: 1, initializer: .kaimingNormal(fan: channels),
      biasInitializer: .constant(0))
    self.activation = activation
    self.gate = gate
  }

  /// Scales the channels.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try gate(excite(activation(squeeze(x.globalAveragePool())))) * x
  }
}
