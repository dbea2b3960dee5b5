import NeuralNetwork
import TensorCore

/// Swin Transformer: attention within windows that shift from block to block, over a pyramid of four stages.
/// `[N, 3, H, W]`, H and W at least 4 -> `[N, classes]`; keys are torchvision's. Liu et al. 2021, arXiv 2103.14030; the
/// second version Liu et al. 2021, arXiv 2111.09883.
public struct SwinTransformer: Layer {
  /// What tells the variants apart.
  public struct Configuration: Models.Configuration {
    /// Channels of the first stage; every further one has twice as many.
    public var channels: Int
    /// Blocks of the four stages.
    public var blocks: [Int]
    /// Attention heads of the four stages.
    public var heads: [Int]
    /// Side of a window in patches of 4 x 4 pixels.
    public var window: Int
    /// Whether it is the second version: cosine attention, positions by a small network, normalisation after each part.
    public var isSecond = false
    /// Share of the samples that skip the last block's parts in training; earlier blocks' rise up to it from 0.
    public var stochasticDepth: Double
    /// Number of classes.
    public var classes: Int

    /// A variant of the first version.
    public init(
      channels: Int, blocks: [Int], heads: [Int], window: Int = 7, stochasticDepth: Double = 0.1, classes: Int = 1000
    ) {
      self.stochasticDepth = stochasticDepth
      self.channels = channels
      self.blocks = blocks
      self.heads = heads
      self.window = window
      self.classes = classes
    }

    /// 28.3 million parameters.
    public static let tiny = Configuration(
      channels: 96, blocks: [2, 2, 6, 2], heads: [3, 6, 12, 24], stochasticDepth: 0.2)
    /// 49.6 million parameters.
    public static let small = Configuration(
      channels: 96, blocks: [2, 2, 18, 2], heads: [3, 6, 12, 24], stochasticDepth: 0.3)
    /// 87.8 million parameters.
    public static let base = Configuration(
      channels: 128, blocks: [2, 2, 18, 2], heads: [4, 8, 16, 32], stochasticDepth: 0.5)

    /// The second version of a variant, with windows of 8 patches.
    public var second: Configuration {
      var configuration = self
      configuration.isSecond = true
      configuration.window = 8
      return configuration
    }
  }

  /// Of all linear layers.
  static let weights = Initializer.truncatedNormal(std: 0.02)

  private let patches: Conv2d, embedding: LayerNorm, body: Sequential, norm: LayerNorm, head: Linear

  /// Builds the network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    let features = scope["features"], window = SwinWindow(side: configuration.window)
    var channels = configuration.channels, layers: [any Layer] = [], number = 0
    let step = configuration.stochasticDepth / Double(max(configuration.blocks.reduce(0, +) - 1, 1))
    patches = Conv2d(features[0][0], in: 3, out: channels, kernel: 4, stride: 4)
    embedding = LayerNorm(features[0][2], channels: channels)
    for (index, (count, heads)) in zip(configuration.blocks, configuration.heads).enumerated() {
      if index > 0 {
        layers.append(Merging(features[2 * index], channels: channels, isSecond: configuration.isSecond))
        channels *= 2
      }
      for block in 0..<count {
        layers.append(
          Block(
            features[2 * index + 1][block], channels: channels, heads: heads, window,
            shift: block % 2 == 0 ? 0 : configuration.window / 2, isSecond: configuration.isSecond,
            dropPath: DropPath(step * Double(number))))
        number += 1
      }
    }
    body = Sequential(layers)
    norm = LayerNorm(scope["norm"], channels: channels)
    head = Linear(
      scope["head"], in: channels, out: configuration.classes, initializer: Self.weights,
      biasInitializer: .constant(0))
  }

  /// Class scores.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }

  /// Attention within windows and two linear layers, each with a normalisation and a shortcut. `[N, H, W, C]` -> the same.
  private struct Block: Layer {
    private let first: LayerNorm, attention: WindowAttention, second: LayerNorm, mixer: Perceptron, isSecond: Bool
    private let dropPath: DropPath

    init(
      _ scope: ParameterScope, channels: Int, heads: Int, _ window: SwinWindow, shift: Int, isSecond: Bool,
      dropPath: DropPath
    ) {
      self.isSecond = isSecond
      self.dropPath = dropPath
      first = LayerNorm(scope["norm1"], channels: channels)
      attention = WindowAttention(
        scope["attn"], channels: channels, heads: heads, window, shift: shift, isSecond: isSecond)
      second = LayerNorm(scope["norm2"], channels: channels)
      mixer = Perceptron(
        scope["mlp"], channels: channels, hidden: 4 * channels, initializer: SwinTransformer.weights)
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      if isSecond {
        let y = try x + dropPath(first(attention(x)))
        return try y + dropPath(second(mixer(y)))
      }
      let y = try x + dropPath(attention(first(x)))
      return try y + dropPath(mixer(second(y)))
    }
  }

  /// Each 2 x 2 block of patches becomes one with twice the channels. `[N, H, W, C]` -> `[N, H/2, W/2, 2C]`, rounded up.
  private struct Merging: Layer {
    private let reduction: Linear, norm: LayerNorm, isSecond: Bool

    init(_ scope: ParameterScope, channels: Int, isSecond: Bool) {
      reduction = Linear(
        scope["reduction"], in: 4 * channels, out: 2 * channels, bias: false, initializer: SwinTransformer.weights)
      norm = LayerNorm(scope["norm"], channels: (isSecond ? 2 : 4) * channels)
      self.isSecond = isSecond
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      let even = try x.pad([(0, x.shape[1] % 2), (0, x.shape[2] % 2), (0, 0)])
      var quarters: [Tensor] = []
      for (row, column) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        quarters.append(try even.slice(axis: 1, from: row, step: 2).slice(axis: 2, from: column, step: 2))
      }
      let merged = try Tensor.concatenate(quarters, axis: -1)
      return isSecond ? try norm(reduction(merged)) : try reduction(norm(merged))
    }
  }
}

extension SwinTransformer: FeatureNetwork {
  /// The features that the last linear layer reads. `[N, 3, H, W]` -> `[N, 8 channels]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages(smallest: 4, "swin")
    let x = try embedding(patches(input).permute([0, 2, 3, 1]))
    return try norm(body(x)).asLastMap(.channelsLast).mean(axes: [1, 2])
  }
}
