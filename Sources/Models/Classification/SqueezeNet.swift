import NeuralNetwork
import TensorCore

/// AlexNet's accuracy with 50 times fewer parameters: fire modules and a convolution as classifier. `[N, 3, H, W]` ->
/// `[N, classes]`. Iandola et al. 2016, arXiv 1602.07360.
public struct SqueezeNet: Layer {
  /// What the versions differ in.
  public struct Configuration: Sendable, Hashable {
    /// Kernel and channels of the first convolution, which has stride 2.
    public var stemKernel: Int, stemChannels: Int
    /// Squeezed channels of the fire modules, in groups; a pooling stands before each group. A module's result has eight
    /// times as many.
    public var groups: [[Int]]
    /// The smallest side that leaves a pixel for the last pooling.
    public var leastSide: Int
    /// Number of classes.
    public var classes = 1000

    /// The same network with what weights force on it.
    public func with(_ options: NetworkOptions) -> Configuration {
      var result = self
      result.classes = options.classes
      return result
    }
  }

  private let map: Sequential, dropout = Dropout(0.5), head: Conv2d, leastSide: Int

  /// The network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    let features = scope["features"], kernel = configuration.stemKernel
    var c = configuration.stemChannels
    var layers: [any Layer] = [Fire.conv(features[0], in: 3, out: c, kernel: kernel, stride: 2), Activation.relu]
    for group in configuration.groups {
      layers.append(
        Function { x throws(ShapeError) in try x.maxPool(kernel: [3, 3], stride: [2, 2], ceilMode: true) })
      for squeezed in group {
        layers.append(Fire(features[layers.count], in: c, squeezed: squeezed))
        c = 8 * squeezed
      }
    }
    map = Sequential(layers)
    head = Conv2d(
      scope["classifier"][1], in: c, out: configuration.classes, kernel: 1, initializer: .normal(std: 0.01),
      biasInitializer: .constant(0))
    leastSide = configuration.leastSide
  }

  /// Class scores before softmax; never negative, since a ReLU stands behind the classifier.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try head(dropout(lastMap(x).asLastMap())).relu().globalAveragePool().flatten(from: 1)
  }

  private func lastMap(_ input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages(smallest: leastSide, "squeezenet")
    return try map(input)
  }
}

extension SqueezeNet: FeatureNetwork {
  /// Means of the map that the classifying convolution reads. `[N, 3, H, W]` -> `[N, 512]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try lastMap(input).globalAveragePool().flatten(from: 1)
  }
}

extension SqueezeNet.Configuration {
  /// Version 1.0.
  public static let version1x0 = Self(
    stemKernel: 7, stemChannels: 96, groups: [[16, 16, 32], [32, 48, 48, 64], [64]], leastSide: 21)
  /// Version 1.1: 2.4 times less work.
  public static let version1x1 = Self(
    stemKernel: 3, stemChannels: 64, groups: [[16, 16], [32, 32], [48, 48, 64, 64]], leastSide: 17)
}

/// A 1x1 convolution to few channels, then a 1x1 and a 3x3 one beside each other. `[N, C, H, W]` ->
/// `[N, 8 squeezed, H, W]`.
private struct Fire: Layer {
  private let squeeze: Conv2d, expand: Concatenation

  init(_ scope: ParameterScope, in c: Int, squeezed: Int) {
    squeeze = Self.conv(scope["squeeze"], in: c, out: squeezed, kernel: 1)
    expand = Concatenation([
      Self.conv(scope["expand1x1"], in: squeezed, out: 4 * squeezed, kernel: 1),
      Self.conv(scope["expand3x3"], in: squeezed, out: 4 * squeezed, kernel: 3, padding: 1),
    ])
  }

  /// A convolution as the reference initialises it: Kaiming's uniform for ReLU, a bound of √(6/fan-in).
  static func conv(_ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, padding: Int = 0)
    -> Conv2d
  {
    Conv2d(
      scope, in: c, out: k, kernel: kernel, stride: stride, padding: padding,
      initializer: .uniform(bound: (6 / Double(c * kernel * kernel)).squareRoot()), biasInitializer: .constant(0))
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try expand(squeeze(x).relu()).relu() }
}
