import NeuralNetwork
import TensorCore

/// MobileNetV2: inverted residuals with linear bottlenecks. `[N, 3, H, W]` -> `[N, classes]`; keys are torchvision's.
/// Sandler et al. 2018, arXiv 1801.04381.
public struct MobileNetV2: Layer {
  /// The stages: expansion factor, channels at width 1, blocks, stride of the first.
  private static let stages = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
  ]

  private let body: Sequential, dropout = Dropout(0.2), head: Linear

  /// Builds the network; `width` multiplies all channels.
  public init(_ scope: ParameterScope, classes: Int = 1000, width: Double = 1) {
    let features = scope["features"]
    var channels = Channels.rounded(32 * width)
    var layers: [any Layer] = [Self.conv(features[0], in: 3, out: channels, kernel: 3, stride: 2)]
    for (expansion, base, count, stride) in Self.stages {
      let outputs = Channels.rounded(Double(base) * width)
      for index in 0..<count {
        layers.append(
          InvertedResidual(
            features[layers.count]["conv"], in: channels, out: outputs, stride: index == 0 ? stride : 1,
            expansion: expansion))
        channels = outputs
      }
    }
    let last = Channels.rounded(1280 * max(1, width))
    layers.append(Self.conv(features[layers.count], in: channels, out: last, kernel: 1))
    body = Sequential(layers)
    head = Linear(
      scope["classifier"][1], in: last, out: classes, initializer: .normal(std: 0.01), biasInitializer: .constant(0))
  }

  /// Class scores.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(dropout(features(of: x))) }

  private static func conv(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, groups: Int = 1
  ) -> ConvNorm {
    ConvNorm(
      scope, "0", "1", in: c, out: k, kernel: kernel, stride: stride, groups: groups, activation: .relu6,
      initializer: .kaimingNormal(fan: k * kernel * kernel))
  }

  /// Expansion, depthwise convolution, linear projection, shortcut. `[N, C, H, W]` -> `[N, K, H/stride, W/stride]`.
  private struct InvertedResidual: Layer {
    private let body: Sequential, hasShortcut: Bool

    init(_ scope: ParameterScope, in c: Int, out k: Int, stride: Int, expansion: Int) {
      let hidden = c * expansion
      var layers: [any Layer] = []
      if expansion != 1 { layers.append(MobileNetV2.conv(scope[0], in: c, out: hidden, kernel: 1)) }
      layers.append(
        MobileNetV2.conv(scope[layers.count], in: hidden, out: hidden, kernel: 3, stride: stride, groups: hidden))
      layers.append(
        ConvNorm(
          scope, "\(layers.count)", "\(layers.count + 1)", in: hidden, out: k, kernel: 1,
          initializer: .kaimingNormal(fan: k)))
      body = Sequential(layers)
      hasShortcut = stride == 1 && c == k
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      let y = try body(x)
      return hasShortcut ? try x + y : y
    }
  }
}

extension MobileNetV2: FeatureNetwork {
  /// The features that the last linear layer reads. `[N, 3, H, W]` -> `[N, 1280]` at width 1.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages("mobilenet_v2")
    return try body(input).asLastMap().globalAveragePool().flatten(from: 1)
  }
}
