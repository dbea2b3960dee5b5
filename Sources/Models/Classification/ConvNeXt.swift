import NeuralNetwork
import TensorCore

/// ConvNeXt: a convolutional network in the shape of a transformer. `[N, 3, H, W]`, H and W at least 32 ->
/// `[N, classes]`; keys are torchvision's. Liu et al. 2022, arXiv 2201.03545.
public struct ConvNeXt: Layer {
  /// What tells the variants apart.
  public struct Configuration: Models.Configuration {
    /// Channels of the first stage; every further one has twice as many.
    public var channels: Int
    /// Blocks of the four stages.
    public var blocks: [Int]
    /// Share of the samples that skip the last block in training; earlier blocks' rise up to it from 0.
    public var stochasticDepth: Double
    /// Number of classes.
    public var classes: Int

    /// A variant.
    public init(channels: Int, blocks: [Int], stochasticDepth: Double = 0, classes: Int = 1000) {
      self.channels = channels
      self.blocks = blocks
      self.stochasticDepth = stochasticDepth
      self.classes = classes
    }

    /// 28.6 million parameters.
    public static let tiny = Configuration(channels: 96, blocks: [3, 3, 9, 3], stochasticDepth: 0.1)
    /// 50.2 million parameters.
    public static let small = Configuration(channels: 96, blocks: [3, 3, 27, 3], stochasticDepth: 0.4)
    /// 88.6 million parameters.
    public static let base = Configuration(channels: 128, blocks: [3, 3, 27, 3], stochasticDepth: 0.5)
    /// 197.8 million parameters.
    public static let large = Configuration(channels: 192, blocks: [3, 3, 27, 3], stochasticDepth: 0.5)
  }

  private static let epsilon = 1e-6
  /// Of all convolutions and linear layers.
  private static let weights = Initializer.truncatedNormal(std: 0.02)

  private let body: Sequential, norm: LayerNorm2d, head: Linear

  /// Builds the network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    let features = scope["features"]
    var channels = configuration.channels, number = 0
    let step = configuration.stochasticDepth / Double(max(configuration.blocks.reduce(0, +) - 1, 1))
    var layers: [any Layer] = [
      Conv2d(
        features[0][0], in: 3, out: channels, kernel: 4, stride: 4, initializer: Self.weights,
        biasInitializer: .constant(0)),
      LayerNorm2d(features[0][1], channels: channels, epsilon: Self.epsilon),
    ]
    for (index, count) in configuration.blocks.enumerated() {
      if index > 0 {
        let place = features[2 * index]
        layers.append(LayerNorm2d(place[0], channels: channels, epsilon: Self.epsilon))
        layers.append(
          Conv2d(
            place[1], in: channels, out: 2 * channels, kernel: 2, stride: 2, initializer: Self.weights,
            biasInitializer: .constant(0)))
        channels *= 2
      }
      for block in 0..<count {
        let dropPath = DropPath(step * Double(number))
        layers.append(Block(features[2 * index + 1][block], channels: channels, dropPath: dropPath))
        number += 1
      }
    }
    body = Sequential(layers)
    norm = LayerNorm2d(scope["classifier"][0], channels: channels, epsilon: Self.epsilon)
    head = Linear(
      scope["classifier"][2], in: channels, out: configuration.classes, initializer: Self.weights,
      biasInitializer: .constant(0))
  }

  /// Class scores.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }

  /// A depthwise 7x7 convolution, then two linear layers on every pixel, scaled by channel and added. `[N, C, H, W]` -> the
  /// same.
  private struct Block: Layer {
    private let scale: Parameter, depthwise: Conv2d, norm: LayerNorm, expansion: Linear, projection: Linear
    private let dropPath: DropPath

    init(_ scope: ParameterScope, channels: Int, dropPath: DropPath) {
      self.dropPath = dropPath
      let block = scope["block"], weights = ConvNeXt.weights
      scale = scope.parameter("layer_scale", [channels, 1, 1], .constant(1e-6))
      depthwise = Conv2d(
        block[0], in: channels, out: channels, kernel: 7, padding: 3, groups: channels, initializer: weights,
        biasInitializer: .constant(0))
      norm = LayerNorm(block[2], channels: channels, epsilon: ConvNeXt.epsilon)
      expansion = Linear(
        block[3], in: channels, out: 4 * channels, initializer: weights, biasInitializer: .constant(0))
      projection = Linear(
        block[5], in: 4 * channels, out: channels, initializer: weights, biasInitializer: .constant(0))
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      let pixels = try norm(depthwise(x).permute([0, 2, 3, 1]))
      let y = try projection(expansion(pixels).gelu()).permute([0, 3, 1, 2])
      return try dropPath(scale.value() * y) + x
    }
  }
}

extension ConvNeXt: FeatureNetwork {
  /// The features that the last linear layer reads. `[N, 3, H, W]` -> `[N, 8 channels]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages(smallest: 32, "convnext")
    return try norm(body(input).asLastMap().globalAveragePool()).flatten(from: 1)
  }
}
