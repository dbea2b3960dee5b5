import NeuralNetwork
import TensorCore

/// MobileNetV3: inverted residuals with squeeze-and-excitation and hard swish. `[N, 3, H, W]` -> `[N, classes]`; keys are
/// torchvision's. Howard et al. 2019, arXiv 1905.02244.
///
/// Detectors and segmenters take it without the head: then the parameters of `features.I` stand under `I` itself, as
/// torchvision's backbones have them.
public struct MobileNetV3: Layer {
  /// One inverted residual.
  public struct Block: Sendable, Hashable {
    /// Side of the depthwise kernel.
    public var kernel: Int
    /// Channels between the expansion and the projection.
    public var expanded: Int
    /// Channels of the output.
    public var channels: Int
    /// Whether it has squeeze-and-excitation.
    public var squeezes: Bool
    /// Hard swish or ReLU.
    public var activation: Activation
    /// 1 or 2. A dilated block of stride 2 does not stride.
    public var stride: Int
    /// Distance of the depthwise kernel's taps.
    public var dilation = 1
  }

  /// What tells the variants apart.
  public struct Configuration: Models.Configuration {
    /// The blocks, first to last.
    public var blocks: [Block]
    /// Features that the last linear layer reads.
    public var headFeatures: Int
    /// Number of classes.
    public var classes = 1000
    /// The normalisations. The family's own epsilon is 0.001, its momentum 0.01.
    public var norm = Normalization.batch(epsilon: 0.001, momentum: 0.01)
  }

  private let stem: ConvNorm, blocks: [InvertedResidual], last: ConvNorm
  private let head: (first: Linear, second: Linear)?, dropout = Dropout(0.2)

  /// Builds the network; without the head the output is that of the last features.
  public init(_ scope: ParameterScope, _ configuration: Configuration, hasHead: Bool = true) {
    let features = hasHead ? scope["features"] : scope
    self.init(configuration, head: hasHead ? scope["classifier"] : nil) { (features[$0], features[$0]["block"]) }
  }

  /// The features cut in two as SSDLite's checkpoints name them: under `0` what comes before the last block that strides,
  /// with that block's expansion, under `1` the rest. See `cutFeatures(_:)`.
  public init(cut scope: ParameterScope, _ configuration: Configuration) {
    let cut = configuration.cut
    self.init(configuration, head: nil) { index in
      guard index >= cut else { return (scope[0][index], scope[0][index]["block"]) }
      guard index == cut else { return (scope[1][index - cut], scope[1][index - cut]["block"]) }
      return (scope[0][index], nil)
    } rest: {
      scope[1][0]
    }
  }

  /// `place` gives the scopes of feature `index` and of its block's parts; where the latter is nil the expansion has the
  /// former and the other parts stand in `rest`.
  private init(
    _ configuration: Configuration, head: ParameterScope?,
    place: (Int) -> (feature: ParameterScope, block: ParameterScope?), rest: (() -> ParameterScope)? = nil
  ) {
    let width = 16, norm = configuration.norm
    stem = Self.conv(
      place(0).feature, in: 3, out: width, kernel: 3, stride: 2, norm: norm, activation: .hardswish)
    var blocks: [InvertedResidual] = [], channels = width
    for (index, block) in configuration.blocks.enumerated() {
      let (feature, inner) = place(index + 1)
      blocks.append(
        InvertedResidual(
          expansion: inner?[0] ?? feature, parts: inner ?? rest?() ?? feature, in: channels, block, norm: norm))
      channels = block.channels
    }
    self.blocks = blocks
    last = Self.conv(
      place(blocks.count + 1).feature, in: channels, out: 6 * channels, norm: norm, activation: .hardswish)
    self.head = head.map {
      (
        Self.linear($0[0], in: 6 * channels, out: configuration.headFeatures),
        Self.linear($0[3], in: configuration.headFeatures, out: configuration.classes)
      )
    }
  }

  private static func conv(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int = 1, stride: Int = 1, dilation: Int = 1,
    groups: Int = 1, norm: Normalization, activation: Activation = .none
  ) -> ConvNorm {
    ConvNorm(
      scope, "0", "1", in: c, out: k, kernel: kernel, stride: stride, dilation: dilation, groups: groups, norm: norm,
      activation: activation, initializer: .kaimingNormal(fan: k * kernel * kernel))
  }

  private static func linear(_ scope: ParameterScope, in c: Int, out k: Int) -> Linear {
    Linear(scope, in: c, out: k, initializer: .normal(std: 0.01), biasInitializer: .constant(0))
  }

  /// Class scores; without the head the last features.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    guard let head else { return try features(x, at: [blocks.count + 1])[0] }
    return try head.second(dropout(features(of: x)))
  }

  /// The outputs of the parts `features.INDEX` for ascending `indices`: 0 is the stem, then the blocks, then the last
  /// convolution.
  public func features(_ x: Tensor, at indices: [Int]) throws(ShapeError) -> [Tensor] {
    try x.checkImages("mobilenet_v3")
    var value = x, taken: [Tensor] = []
    for (index, layer) in ([stem] + blocks + [last] as [any Layer]).enumerated() where taken.count < indices.count {
      value = try layer(value)
      if indices[taken.count] == index { taken.append(value) }
    }
    guard taken.count == indices.count else {
      throw ShapeError(.argument, "mobilenet_v3", "there are no ascending features \(indices)")
    }
    return taken
  }

  /// What SSDLite reads: the expansion of the last block that strides, and the last features.
  public func cutFeatures(_ x: Tensor) throws(ShapeError) -> [Tensor] {
    try x.checkImages("mobilenet_v3")
    let cut = (blocks.lastIndex { $0.strides } ?? 0)
    var value = try stem(x)
    for block in blocks[..<cut] { value = try block(value) }
    let expanded = try blocks[cut].expand(value)
    value = try blocks[cut].project(expanded)
    for block in blocks[(cut + 1)...] { value = try block(value) }
    return [expanded, try last(value)]
  }

  /// One inverted residual: expansion, depthwise convolution, squeeze-and-excitation, projection, shortcut.
  private struct InvertedResidual: Layer {
    let strides: Bool
    private let expansion: ConvNorm?, rest: Sequential, hasShortcut: Bool

    init(expansion: ParameterScope, parts: ParameterScope, in c: Int, _ block: Block, norm: Normalization) {
      strides = block.stride > 1
      hasShortcut = block.stride == 1 && c == block.channels
      let expands = block.expanded != c
      self.expansion =
        expands
        ? conv(expansion, in: c, out: block.expanded, norm: norm, activation: block.activation) : nil
      var layers: [any Layer] = []
      var next: ParameterScope { parts[layers.count + (expands ? 1 : 0)] }
      layers.append(
        conv(
          next, in: block.expanded, out: block.expanded, kernel: block.kernel,
          stride: block.dilation > 1 ? 1 : block.stride, dilation: block.dilation, groups: block.expanded, norm: norm,
          activation: block.activation))
      if block.squeezes {
        let squeezed = Channels.rounded(Double(block.expanded / 4))
        layers.append(SqueezeExcitation(next, channels: block.expanded, squeezed: squeezed, gate: .hardsigmoid))
      }
      layers.append(conv(next, in: block.expanded, out: block.channels, norm: norm))
      rest = Sequential(layers)
    }

    func expand(_ x: Tensor) throws(ShapeError) -> Tensor { try expansion?(x) ?? x }
    func project(_ x: Tensor) throws(ShapeError) -> Tensor { try rest(x) }
    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      let y = try project(expand(x))
      return hasShortcut ? try y + x : y
    }
  }
}

extension MobileNetV3: FeatureNetwork {
  /// The features that the last linear layer reads; without the head the means of the last features.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    let pooled = try features(input, at: [blocks.count + 1])[0].asLastMap().globalAveragePool().flatten(from: 1)
    return try head.map { head throws(ShapeError) in try head.first(pooled).hardswish() } ?? pooled
  }
}

extension MobileNetV3.Configuration {
  /// Index among the features of the last block that strides.
  var cut: Int { (blocks.lastIndex { $0.stride > 1 } ?? 0) + 1 }
  /// Channels of the part `features.INDEX`, 0 ... blocks + 1.
  public func channels(at index: Int) -> Int {
    if index == 0 { return 16 }
    return index <= blocks.count ? blocks[index - 1].channels : 6 * (blocks.last?.channels ?? 16)
  }

  /// A table row: kernel, expanded, channels, squeezes, activation, stride.
  private typealias Row = (Int, Int, Int, Bool, Activation, Int)

  /// The table's variant; from row `tail` on it is dilated and reduced where asked for.
  private init(_ rows: [Row], tail: Int, head: Int, dilated: Bool, reducedTail: Bool) {
    let divisor = reducedTail ? 2 : 1
    blocks = rows.enumerated().map { index, row in
      MobileNetV3.Block(
        kernel: row.0, expanded: index > tail ? row.1 / divisor : row.1,
        channels: index >= tail ? row.2 / divisor : row.2, squeezes: row.3, activation: row.4, stride: row.5,
        dilation: dilated && index >= tail ? 2 : 1)
    }
    headFeatures = head / divisor
  }

  /// The large variant, 5.5 million parameters. `dilated` keeps the resolution of the last stage at 1/16 (segmentation),
  /// `reducedTail` halves its channels (detection).
  public static func large(dilated: Bool = false, reducedTail: Bool = false) -> MobileNetV3.Configuration {
    let rows: [Row] = [
      (3, 16, 16, false, .relu, 1), (3, 64, 24, false, .relu, 2), (3, 72, 24, false, .relu, 1),
      (5, 72, 40, true, .relu, 2), (5, 120, 40, true, .relu, 1), (5, 120, 40, true, .relu, 1),
      (3, 240, 80, false, .hardswish, 2), (3, 200, 80, false, .hardswish, 1), (3, 184, 80, false, .hardswish, 1),
      (3, 184, 80, false, .hardswish, 1), (3, 480, 112, true, .hardswish, 1), (3, 672, 112, true, .hardswish, 1),
      (5, 672, 160, true, .hardswish, 2), (5, 960, 160, true, .hardswish, 1), (5, 960, 160, true, .hardswish, 1),
    ]
    return .init(rows, tail: 12, head: 1280, dilated: dilated, reducedTail: reducedTail)
  }

  /// The small variant, 2.5 million parameters.
  public static func small(dilated: Bool = false, reducedTail: Bool = false) -> MobileNetV3.Configuration {
    let rows: [Row] = [
      (3, 16, 16, true, .relu, 2), (3, 72, 24, false, .relu, 2), (3, 88, 24, false, .relu, 1),
      (5, 96, 40, true, .hardswish, 2), (5, 240, 40, true, .hardswish, 1), (5, 240, 40, true, .hardswish, 1),
      (5, 120, 48, true, .hardswish, 1), (5, 144, 48, true, .hardswish, 1), (5, 288, 96, true, .hardswish, 2),
      (5, 576, 96, true, .hardswish, 1), (5, 576, 96, true, .hardswish, 1),
    ]
    return .init(rows, tail: 8, head: 1024, dilated: dilated, reducedTail: reducedTail)
  }
}
