import NeuralNetwork
import TensorCore

/// EfficientNet and its second version: scaled networks of inverted residuals. `[N, 3, H, W]` -> `[N, classes]`; keys are
/// torchvision's. Tan and Le 2019, arXiv 1905.11946; Tan and Le 2021, arXiv 2104.00298.
public struct EfficientNet: Layer {
  /// Blocks of one kind.
  public struct Stage: Sendable, Hashable {
    /// Whether expansion and depthwise convolution are one full convolution, without squeeze-and-excitation.
    public var isFused: Bool
    /// How many times the input's channels the middle has.
    public var expansion: Int
    /// Side of the kernel.
    public var kernel: Int
    /// Stride of the first block.
    public var stride: Int
    /// Channels of the output.
    public var channels: Int
    /// Number of blocks.
    public var blocks: Int
  }

  /// What tells the variants apart.
  public struct Configuration: Models.Configuration {
    /// Channels of the stem.
    public var stem: Int
    /// The stages, first to last.
    public var stages: [Stage]
    /// Channels of the last convolution.
    public var last: Int
    /// The normalisations.
    public var norm: Normalization
    /// Share of the last features that training drops.
    public var dropout: Double
    /// Share of the samples that skip the last block in training; earlier blocks' rise up to it from 0.
    public var stochasticDepth = 0.2
    /// Number of classes.
    public var classes = 1000
  }

  private let body: Sequential, dropout: NeuralNetwork.Dropout, head: Linear

  /// Builds the network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    let features = scope["features"], norm = configuration.norm
    var channels = configuration.stem
    var layers: [any Layer] = [
      Self.conv(features[0], in: 3, out: channels, kernel: 3, stride: 2, norm: norm, activation: .silu)
    ]
    let count = configuration.stages.reduce(0) { $0 + $1.blocks }
    for (index, stage) in configuration.stages.enumerated() {
      for block in 0..<stage.blocks {
        let depth = configuration.stochasticDepth * Double(layers.count - 1) / Double(count)
        let place = features[index + 1][block]["block"], stride = block == 0 ? stage.stride : 1
        layers.append(Residual(place, in: channels, stage, stride: stride, norm: norm, dropPath: DropPath(depth)))
        channels = stage.channels
      }
    }
    layers.append(
      Self.conv(
        features[configuration.stages.count + 1], in: channels, out: configuration.last, kernel: 1, norm: norm,
        activation: .silu))
    body = Sequential(layers)
    dropout = Dropout(configuration.dropout)
    head = Linear(
      scope["classifier"][1], in: configuration.last, out: configuration.classes,
      initializer: .kaimingUniform(fanIn: configuration.classes), biasInitializer: .constant(0))
  }

  /// Class scores.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(dropout(features(of: x))) }

  private static func conv(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
    norm: Normalization, activation: Activation = .none
  ) -> ConvNorm {
    ConvNorm(
      scope, "0", "1", in: c, out: k, kernel: kernel, stride: stride, groups: groups, norm: norm,
      activation: activation, initializer: .kaimingNormal(fan: k * kernel * kernel))
  }

  /// One inverted residual of either kind, with a shortcut where the shape stays. `[N, C, H, W]` ->
  /// `[N, K, H/stride, W/stride]`.
  private struct Residual: Layer {
    private let body: Sequential, hasShortcut: Bool, dropPath: DropPath

    init(
      _ scope: ParameterScope, in c: Int, _ stage: Stage, stride: Int, norm: Normalization, dropPath: DropPath
    ) {
      self.dropPath = dropPath
      let k = stage.channels, hidden = Channels.rounded(Double(c * stage.expansion))
      let expands = hidden != c
      var layers: [any Layer] = []
      func add(_ c: Int, _ k: Int, kernel: Int = 1, stride: Int = 1, groups: Int = 1, _ activation: Activation) {
        layers.append(
          EfficientNet.conv(
            scope[layers.count], in: c, out: k, kernel: kernel, stride: stride, groups: groups, norm: norm,
            activation: activation))
      }
      if stage.isFused {
        add(c, expands ? hidden : k, kernel: stage.kernel, stride: stride, .silu)
        if expands { add(hidden, k, .none) }
      } else {
        if expands { add(c, hidden, .silu) }
        add(hidden, hidden, kernel: stage.kernel, stride: stride, groups: hidden, .silu)
        layers.append(
          SqueezeExcitation(
            scope[layers.count], channels: hidden, squeezed: max(1, c / 4), activation: .silu))
        add(hidden, k, .none)
      }
      body = Sequential(layers)
      hasShortcut = stride == 1 && c == k
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      let y = try body(x)
      return hasShortcut ? try dropPath(y) + x : y
    }
  }
}

extension EfficientNet: FeatureNetwork {
  /// The features that the last linear layer reads. `[N, 3, H, W]` -> `[N, F]`, 1280 of b0 and the second version.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages("efficientnet")
    return try body(input).asLastMap().globalAveragePool().flatten(from: 1)
  }
}

extension EfficientNet.Configuration {
  /// A table row: fused, expansion, kernel, stride, channels, blocks.
  private typealias Row = (Bool, Int, Int, Int, Int, Int)

  /// The first version with its channels and blocks multiplied.
  private static func scaled(
    width: Double, depth: Double, dropout: Double, norm: Normalization = .batch
  ) -> EfficientNet.Configuration {
    let rows: [Row] = [
      (false, 1, 3, 1, 16, 1), (false, 6, 3, 2, 24, 2), (false, 6, 5, 2, 40, 2), (false, 6, 3, 2, 80, 3),
      (false, 6, 5, 1, 112, 3), (false, 6, 5, 2, 192, 4), (false, 6, 3, 1, 320, 1),
    ]
    return table(rows, stem: 32, last: nil, dropout: dropout, norm: norm, width: width, depth: depth)
  }

  private static func table(
    _ rows: [Row], stem: Int, last: Int?, dropout: Double, norm: Normalization = .batch(epsilon: 1e-3),
    width: Double = 1, depth: Double = 1
  ) -> EfficientNet.Configuration {
    let stages = rows.map {
      EfficientNet.Stage(
        isFused: $0.0, expansion: $0.1, kernel: $0.2, stride: $0.3, channels: Channels.rounded(Double($0.4) * width),
        blocks: Int((Double($0.5) * depth).rounded(.up)))
    }
    return .init(
      stem: Channels.rounded(Double(stem) * width), stages: stages, last: last ?? 4 * (stages.last?.channels ?? 0),
      norm: norm, dropout: dropout)
  }

  /// Running statistics of the largest ones, which train with small batches.
  private static let slow = Normalization.batch(epsilon: 1e-3, momentum: 0.01)

  /// 5.3 million parameters, 224 pixels.
  public static let b0 = scaled(width: 1, depth: 1, dropout: 0.2)
  /// 7.8 million parameters, 240 pixels.
  public static let b1 = scaled(width: 1, depth: 1.1, dropout: 0.2)
  /// 9.1 million parameters, 288 pixels.
  public static let b2 = scaled(width: 1.1, depth: 1.2, dropout: 0.3)
  /// 12.2 million parameters, 300 pixels.
  public static let b3 = scaled(width: 1.2, depth: 1.4, dropout: 0.3)
  /// 19.3 million parameters, 380 pixels.
  public static let b4 = scaled(width: 1.4, depth: 1.8, dropout: 0.4)
  /// 30.4 million parameters, 456 pixels.
  public static let b5 = scaled(width: 1.6, depth: 2.2, dropout: 0.4, norm: slow)
  /// 43.0 million parameters, 528 pixels.
  public static let b6 = scaled(width: 1.8, depth: 2.6, dropout: 0.5, norm: slow)
  /// 66.3 million parameters, 600 pixels.
  public static let b7 = scaled(width: 2, depth: 3.1, dropout: 0.5, norm: slow)

  /// The second version, 21.5 million parameters, 384 pixels.
  public static let v2Small = table(
    [
      (true, 1, 3, 1, 24, 2), (true, 4, 3, 2, 48, 4), (true, 4, 3, 2, 64, 4), (false, 4, 3, 2, 128, 6),
      (false, 6, 3, 1, 160, 9), (false, 6, 3, 2, 256, 15),
    ], stem: 24, last: 1280, dropout: 0.2)
  /// The second version, 54.1 million parameters, 480 pixels.
  public static let v2Medium = table(
    [
      (true, 1, 3, 1, 24, 3), (true, 4, 3, 2, 48, 5), (true, 4, 3, 2, 80, 5), (false, 4, 3, 2, 160, 7),
      (false, 6, 3, 1, 176, 14), (false, 6, 3, 2, 304, 18), (false, 6, 3, 1, 512, 5),
    ], stem: 24, last: 1280, dropout: 0.3)
  /// The second version, 118.5 million parameters, 480 pixels.
  public static let v2Large = table(
    [
      (true, 1, 3, 1, 32, 4), (true, 4, 3, 2, 64, 7), (true, 4, 3, 2, 96, 7), (false, 4, 3, 2, 192, 10),
      (false, 6, 3, 1, 224, 19), (false, 6, 3, 2, 384, 25), (false, 6, 3, 1, 640, 7),
    ], stem: 32, last: 1280, dropout: 0.4)
}
