import NeuralNetwork
import TensorCore

/// Network in Network: convolutions followed by 1x1 convolutions, and means instead of linear layers, under the names of
/// "Dive into Deep Learning" (chapter 8.3, arXiv 2106.11342). `[N, 3, H, W]` -> `[N, classes]`, sides of at least 67.
/// Lin et al. 2013, arXiv 1312.4400.
public struct NiN: Layer {
  private let channels: Int, map: Sequential, dropout = Dropout(0.5), head: Sequential

  /// The network.
  public init(_ scope: ParameterScope, channels: Int = 3, classes: Int = 10) {
    let pool = Function { x throws(ShapeError) in try x.maxPool(kernel: [3, 3], stride: [2, 2]) }
    map = Sequential([
      Self.block(scope["0"], in: channels, out: 96, kernel: 11, stride: 4, padding: 0), pool,
      Self.block(scope["2"], in: 96, out: 256, kernel: 5, padding: 2), pool,
      Self.block(scope["4"], in: 256, out: 384, kernel: 3, padding: 1), pool,
    ])
    head = Self.block(scope["7"], in: 384, out: classes, kernel: 3, padding: 1)
    self.channels = channels
  }

  /// A convolution and two 1x1 convolutions, each with a ReLU.
  private static func block(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, padding: Int
  ) -> Sequential {
    func conv(_ index: Int, in c: Int, kernel: Int, stride: Int = 1, padding: Int = 0) -> Conv2d {
      Conv2d(
        scope[index], in: c, out: k, kernel: kernel, stride: stride, padding: padding,
        initializer: .xavierUniform(fanIn: c * kernel * kernel, fanOut: k * kernel * kernel))
    }
    return Sequential([
      conv(0, in: c, kernel: kernel, stride: stride, padding: padding), Activation.relu, conv(2, in: k, kernel: 1),
      Activation.relu, conv(4, in: k, kernel: 1), Activation.relu,
    ])
  }

  /// Class scores before softmax; never negative, since a ReLU stands behind the last convolution.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try head(dropout(lastMap(x).asLastMap())).globalAveragePool().flatten(from: 1)
  }

  private func lastMap(_ input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages(channels: channels, smallest: 67, "nin")
    return try map(input)
  }
}

extension NiN: FeatureNetwork {
  /// Means of the map that the last block reads. `[N, 3, H, W]` -> `[N, 384]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try lastMap(input).globalAveragePool().flatten(from: 1)
  }
}
