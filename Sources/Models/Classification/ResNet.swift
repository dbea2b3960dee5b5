import NeuralNetwork
import TensorCore

/// Residual networks, ResNeXt and wide ResNets, with the stride at the 3x3 convolution as torchvision has it (version
/// 1.5). `[N, 3, H, W]` -> `[N, classes]`, any size. He et al. 2015, arXiv 1512.03385; Xie et al. 2016, arXiv
/// 1611.05431; Zagoruyko and Komodakis 2016, arXiv 1605.07146.
public struct ResNet: Layer {
  /// What the variants differ in.
  public struct Configuration: Sendable, Hashable {
    /// Whether the blocks are bottlenecks of three convolutions, or two 3x3 convolutions.
    public var isBottleneck: Bool
    /// Blocks of the four stages.
    public var depths: [Int]
    /// Groups of the bottlenecks' 3x3 convolutions.
    public var groups = 1
    /// Channels of a group in the first stage.
    public var groupWidth = 64
    /// Number of classes.
    public var classes = 1000
    /// The normalisation after every convolution.
    public var norm: Normalization = .batch
    /// Whether stages 2, 3 and 4 keep the size and dilate their convolutions instead. Bottlenecks only.
    public var replaceStrideWithDilation = [false, false, false]

    /// The same network with what weights force on it.
    public func with(_ options: NetworkOptions) -> Configuration {
      var result = self
      result.classes = options.classes
      return result
    }

    /// Channels of the four stages' outputs.
    public var channels: [Int] { [64, 128, 256, 512].map { isBottleneck ? 4 * $0 : $0 } }
  }

  private let stem: ConvNorm, blocks: [[ResidualBlock]], head: Linear?

  /// The network; without a head it registers no `fc` and its result are the features. Where it is numbered its parts
  /// have the numbers that PyTorch gives the children of a network made into a `Sequential`.
  public init(_ scope: ParameterScope, _ configuration: Configuration, hasHead: Bool = true, isNumbered: Bool = false) {
    stem = ConvNorm(
      scope, isNumbered ? "0" : "conv1", isNumbered ? "1" : "bn1", in: 3, out: 64, kernel: 7, stride: 2,
      norm: configuration.norm, activation: .relu,
      initializer: .kaimingNormal(fan: 64 * 7 * 7))
    var channels = 64, dilation = 1
    var blocks: [[ResidualBlock]] = []
    for (stage, depth) in configuration.depths.enumerated() {
      let dilates = stage > 0 && configuration.replaceStrideWithDilation.dropFirst(stage - 1).first ?? false
      let stride = stage > 0 && !dilates ? 2 : 1
      // The first block of a dilated stage still has the dilation of the stage before.
      let firstDilation = dilation
      if dilates { dilation *= 2 }
      let stageScope = scope[isNumbered ? "\(stage + 4)" : "layer\(stage + 1)"]
      var stageBlocks: [ResidualBlock] = []
      for index in 0..<depth {
        let block = ResidualBlock(
          stageScope[index], configuration, in: channels, width: 64 << stage, stride: index == 0 ? stride : 1,
          dilation: index == 0 ? firstDilation : dilation)
        channels = block.channels
        stageBlocks.append(block)
      }
      blocks.append(stageBlocks)
    }
    self.blocks = blocks
    head = hasHead ? Linear(scope[isNumbered ? "9" : "fc"], in: channels, out: configuration.classes) : nil
  }

  /// The outputs of `layer1` to `layer4`: by a factor 4, 8, 16 and 32 smaller than the input, rounded up.
  public func stages(_ input: Tensor) throws(ShapeError) -> [Tensor] {
    try input.checkImages("resnet")
    var x = try stem(input).maxPool(kernel: [3, 3], stride: [2, 2], padding: [1, 1])
    var results: [Tensor] = []
    for stage in blocks {
      for block in stage { x = try block(x) }
      results.append(x)
    }
    return results
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let features = try features(of: x)
    return try head?(features) ?? features
  }
}

extension ResNet: FeatureNetwork {
  /// The last stage's means. `[N, 3, H, W]` -> `[N, F]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    let last = try stages(input).last ?? input
    return try last.asLastMap().globalAveragePool().flatten(from: 1)
  }
}

extension ResNet.Configuration {
  /// ResNet-18.
  public static let resNet18 = Self(isBottleneck: false, depths: [2, 2, 2, 2])
  /// ResNet-34.
  public static let resNet34 = Self(isBottleneck: false, depths: [3, 4, 6, 3])
  /// ResNet-50.
  public static let resNet50 = Self(isBottleneck: true, depths: [3, 4, 6, 3])
  /// ResNet-101.
  public static let resNet101 = Self(isBottleneck: true, depths: [3, 4, 23, 3])
  /// ResNet-152.
  public static let resNet152 = Self(isBottleneck: true, depths: [3, 8, 36, 3])
  /// ResNeXt-50, 32 groups of 4 channels.
  public static let resNeXt50x32x4 = Self(isBottleneck: true, depths: [3, 4, 6, 3], groups: 32, groupWidth: 4)
  /// ResNeXt-101, 32 groups of 8 channels.
  public static let resNeXt101x32x8 = Self(isBottleneck: true, depths: [3, 4, 23, 3], groups: 32, groupWidth: 8)
  /// ResNeXt-101, 64 groups of 4 channels.
  public static let resNeXt101x64x4 = Self(isBottleneck: true, depths: [3, 4, 23, 3], groups: 64, groupWidth: 4)
  /// Wide ResNet-50: bottlenecks twice as wide.
  public static let wideResNet50x2 = Self(isBottleneck: true, depths: [3, 4, 6, 3], groupWidth: 128)
  /// Wide ResNet-101: bottlenecks twice as wide.
  public static let wideResNet101x2 = Self(isBottleneck: true, depths: [3, 4, 23, 3], groupWidth: 128)
}

/// Two 3x3 convolutions, or 1x1, 3x3 (in groups) and 1x1, with a shortcut. `[N, C, H, W]` ->
/// `[N, channels, H/stride, W/stride]`.
private struct ResidualBlock: Layer {
  let channels: Int
  private let body: Sequential, shortcut: ConvNorm?

  init(
    _ scope: ParameterScope, _ configuration: ResNet.Configuration, in c: Int, width: Int, stride: Int, dilation: Int
  ) {
    let norm = configuration.norm
    func conv(
      _ index: Int, in c: Int, out k: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
      _ activation: Activation = .relu
    ) -> ConvNorm {
      ConvNorm(
        scope, "conv\(index)", "bn\(index)", in: c, out: k, kernel: kernel, stride: stride, dilation: dilation,
        groups: groups, norm: norm, activation: activation, initializer: .kaimingNormal(fan: k * kernel * kernel))
    }
    if configuration.isBottleneck {
      let inner = width * configuration.groupWidth / 64 * configuration.groups
      channels = 4 * width
      body = Sequential([
        conv(1, in: c, out: inner, kernel: 1),
        conv(
          2, in: inner, out: inner, kernel: 3, stride: stride, dilation: dilation, groups: configuration.groups),
        conv(3, in: inner, out: channels, kernel: 1, .none),
      ])
    } else {
      channels = width
      body = Sequential([
        conv(1, in: c, out: width, kernel: 3, stride: stride), conv(2, in: width, out: width, kernel: 3, .none),
      ])
    }
    shortcut =
      stride == 1 && c == channels
      ? nil
      : ConvNorm(
        scope["downsample"], "0", "1", in: c, out: channels, kernel: 1, stride: stride, norm: norm,
        initializer: .kaimingNormal(fan: channels))
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try (body(x) + (shortcut?(x) ?? x)).relu() }
}
