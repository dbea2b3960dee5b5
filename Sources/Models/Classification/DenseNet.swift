import NeuralNetwork
import TensorCore

/// Blocks in which every layer reads all maps before it. `[N, 3, H, W]` -> `[N, classes]`, sides of at least 29.
/// Huang et al. 2016, arXiv 1608.06993.
public struct DenseNet: Layer {
  /// What the variants differ in.
  public struct Configuration: Sendable, Hashable {
    /// Layers of the four blocks.
    public var depths: [Int]
    /// Channels that each layer adds.
    public var growth = 32
    /// Channels before the first block.
    public var stemChannels = 64
    /// Number of classes.
    public var classes = 1000

    /// The same network with what weights force on it.
    public func with(_ options: NetworkOptions) -> Configuration {
      var result = self
      result.classes = options.classes
      return result
    }
  }

  private let map: Sequential, head: Linear

  /// The network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    let features = scope["features"]
    var c = configuration.stemChannels
    var layers: [any Layer] = [
      Conv2d(
        features["conv0"], in: 3, out: c, kernel: 7, stride: 2, padding: 3, bias: false,
        initializer: .kaimingNormal(fan: 3 * 7 * 7)), BatchNorm2d(features["norm0"], channels: c), Activation.relu,
      Function { x throws(ShapeError) in try x.maxPool(kernel: [3, 3], stride: [2, 2], padding: [1, 1]) },
    ]
    for (index, depth) in configuration.depths.enumerated() {
      let block = features["denseblock\(index + 1)"]
      for layer in 0..<depth {
        layers.append(DenseLayer(block["denselayer\(layer + 1)"], in: c, growth: configuration.growth))
        c += configuration.growth
      }
      guard index + 1 < configuration.depths.count else { break }
      layers += Self.transition(features["transition\(index + 1)"], in: c)
      c /= 2
    }
    layers += [BatchNorm2d(features["norm5"], channels: c), Activation.relu]
    map = Sequential(layers)
    head = Linear(scope["classifier"], in: c, out: configuration.classes, biasInitializer: .constant(0))
  }

  /// Half the channels and half the size.
  private static func transition(_ scope: ParameterScope, in c: Int) -> [any Layer] {
    [
      BatchNorm2d(scope["norm"], channels: c), Activation.relu,
      Conv2d(scope["conv"], in: c, out: c / 2, kernel: 1, bias: false, initializer: .kaimingNormal(fan: c)),
      Function { x throws(ShapeError) in try x.averagePool(kernel: [2, 2]) },
    ]
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }
}

extension DenseNet: FeatureNetwork {
  /// The last block's means. `[N, 3, H, W]` -> `[N, F]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages(smallest: 29, "densenet")
    return try map(input).asLastMap().globalAveragePool().flatten(from: 1)
  }
}

extension DenseNet.Configuration {
  /// DenseNet-121.
  public static let denseNet121 = Self(depths: [6, 12, 24, 16])
  /// DenseNet-161, the widest.
  public static let denseNet161 = Self(depths: [6, 12, 36, 24], growth: 48, stemChannels: 96)
  /// DenseNet-169.
  public static let denseNet169 = Self(depths: [6, 12, 32, 32])
  /// DenseNet-201.
  public static let denseNet201 = Self(depths: [6, 12, 48, 32])
}

/// A 1x1 and a 3x3 convolution, whose result is joined to the input. `[N, C, H, W]` -> `[N, C + growth, H, W]`.
private struct DenseLayer: Layer {
  private let body: Sequential

  init(_ scope: ParameterScope, in c: Int, growth: Int) {
    let inner = 4 * growth
    body = Sequential([
      BatchNorm2d(scope["norm1"], channels: c), Activation.relu,
      Conv2d(scope["conv1"], in: c, out: inner, kernel: 1, bias: false, initializer: .kaimingNormal(fan: c)),
      BatchNorm2d(scope["norm2"], channels: inner), Activation.relu,
      Conv2d(
        scope["conv2"], in: inner, out: growth, kernel: 3, padding: 1, bias: false,
        initializer: .kaimingNormal(fan: inner * 3 * 3)),
    ])
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try .concatenate([x, body(x)], axis: 1) }
}
