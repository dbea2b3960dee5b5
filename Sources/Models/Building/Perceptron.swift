import NeuralNetwork
import TensorCore

/// Two linear layers with a GELU between, under `0` and `3` as in torchvision's `MLP`. `[..., C]` -> the same.
public struct Perceptron: Layer {
  private let first: Linear, second: Linear

  /// Layers for `channels` with `hidden` features between them; weights are Xavier's where none are given.
  public init(
    _ scope: ParameterScope, channels: Int, hidden: Int, initializer: Initializer? = nil,
    biasInitializer: Initializer = .constant(0)
  ) {
    let weights = initializer ?? .xavierUniform(in: channels, out: hidden)
    first = Linear(scope[0], in: channels, out: hidden, initializer: weights, biasInitializer: biasInitializer)
    second = Linear(scope[3], in: hidden, out: channels, initializer: weights, biasInitializer: biasInitializer)
  }

  /// Applies the three.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try second(first(x).gelu()) }
}
