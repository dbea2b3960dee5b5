import NeuralNetwork
import TensorCore

/// Inception blocks with batch normalisation, as torchvision has them (3x3 convolutions where the paper has 5x5).
/// `[N, 3, H, W]` -> `[N, classes]`, sides of at least 15. Szegedy et al. 2014, arXiv 1409.4842.
public struct GoogLeNet: Layer {
  private static let std = 0.01
  /// Channels of a block: the 1x1 branch, the two 3x3 branches (reduced, then full), the pooled one.
  private static let blocks: [(name: String, input: Int, channels: [Int])] = [
    ("inception3a", 192, [64, 96, 128, 16, 32, 32]), ("inception3b", 256, [128, 128, 192, 32, 96, 64]),
    ("inception4a", 480, [192, 96, 208, 16, 48, 64]), ("inception4b", 512, [160, 112, 224, 24, 64, 64]),
    ("inception4c", 512, [128, 128, 256, 24, 64, 64]), ("inception4d", 512, [112, 144, 288, 32, 64, 64]),
    ("inception4e", 528, [256, 160, 320, 32, 128, 128]), ("inception5a", 832, [256, 160, 320, 32, 128, 128]),
    ("inception5b", 832, [384, 192, 384, 48, 128, 128]),
  ]

  private let stem: Sequential, blocks: [Concatenation], dropout = Dropout(0.2), head: Linear
  private let auxiliary: [GoogLeNetAuxiliaryHead], transformsInput: Bool

  /// The network; with auxiliary heads it registers `aux1` and `aux2`, which only training uses.
  public init(_ scope: ParameterScope, _ options: NetworkOptions) {
    let std = Self.std
    stem = Sequential([
      InceptionParts.conv(scope["conv1"], in: 3, out: 64, kernel: [7, 7], stride: 2, std: std), Self.pool(3),
      InceptionParts.conv(scope["conv2"], in: 64, out: 64, kernel: [1, 1], std: std),
      InceptionParts.conv(scope["conv3"], in: 64, out: 192, kernel: [3, 3], std: std), Self.pool(3),
    ])
    blocks = Self.blocks.map { Self.block(scope[$0.name], in: $0.input, $0.channels) }
    auxiliary =
      options.hasAuxiliaryHeads
      ? [("aux1", 512), ("aux2", 528)].map { name, channels in
        GoogLeNetAuxiliaryHead(scope[name], in: channels, classes: options.classes, std: std)
      } : []
    head = Linear(scope["fc"], in: 1024, out: options.classes, initializer: .truncatedNormal(std: std))
    transformsInput = options.transformsInput
  }

  private static func pool(_ side: Int) -> Function {
    Function { x throws(ShapeError) in try x.maxPool(kernel: [side, side], stride: [2, 2], ceilMode: true) }
  }

  private static func block(_ scope: ParameterScope, in c: Int, _ k: [Int]) -> Concatenation {
    func conv(_ scope: ParameterScope, in c: Int, out k: Int, _ side: Int) -> ConvNorm {
      InceptionParts.conv(scope, in: c, out: k, kernel: [side, side], std: std)
    }
    func pair(_ scope: ParameterScope, _ reduced: Int, _ full: Int) -> Sequential {
      Sequential([conv(scope[0], in: c, out: reduced, 1), conv(scope[1], in: reduced, out: full, 3)])
    }
    return Concatenation([
      conv(scope["branch1"], in: c, out: k[0], 1), pair(scope["branch2"], k[1], k[2]),
      pair(scope["branch3"], k[3], k[4]),
      Sequential([
        Function { x throws(ShapeError) in try x.maxPool(kernel: [3, 3], stride: [1, 1], padding: [1, 1]) },
        conv(scope["branch4"][1], in: c, out: k[5], 1),
      ]),
    ])
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(dropout(features(of: x))) }

  /// What training reads: `output`, and the auxiliary heads' class scores `aux1` and `aux2` where the network has them.
  public func callWithAuxiliary(_ x: Tensor) throws(ShapeError) -> [NamedTensor] {
    let (features, scores) = try run(x, auxiliary: auxiliary)
    return [NamedTensor("output", try head(dropout(features)))] + scores
  }

  private func run(_ input: Tensor, auxiliary: [GoogLeNetAuxiliaryHead]) throws(ShapeError) -> (Tensor, [NamedTensor]) {
    try input.checkImages(smallest: 15, "googlenet")
    var x = try stem(transformsInput ? InceptionParts.rescaled(input) : input)
    var scores: [NamedTensor] = []
    for (block, description) in zip(blocks, Self.blocks) {
      x = try block(x)
      switch description.name {
      case "inception3b": x = try Self.pool(3)(x)
      case "inception4e": x = try Self.pool(2)(x)
      case "inception4a": if let head = auxiliary.first { scores.append(NamedTensor("aux1", try head(x))) }
      case "inception4d": if let head = auxiliary.last { scores.append(NamedTensor("aux2", try head(x))) }
      default: break
      }
    }
    return (try x.asLastMap().globalAveragePool().flatten(from: 1), scores)
  }
}

extension GoogLeNet: FeatureNetwork {
  /// `output`; in training also what the auxiliary heads give, where the network has them.
  public func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] {
    guard TrainingPhase.current == nil else { return try callWithAuxiliary(input) }
    return [NamedTensor("output", try self(input))]
  }

  /// The last block's means. `[N, 3, H, W]` -> `[N, 1024]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor { try run(input, auxiliary: []).0 }
}

/// A classifier of an inner map, which only training uses. `[N, C, H, W]` -> `[N, classes]`.
private struct GoogLeNetAuxiliaryHead: Layer {
  private let conv: ConvNorm, hidden: Linear, dropout = Dropout(0.7), head: Linear

  init(_ scope: ParameterScope, in c: Int, classes: Int, std: Double) {
    conv = InceptionParts.conv(scope["conv"], in: c, out: 128, kernel: [1, 1], std: std)
    hidden = Linear(scope["fc1"], in: 2048, out: 1024, initializer: .truncatedNormal(std: std))
    head = Linear(scope["fc2"], in: 1024, out: classes, initializer: .truncatedNormal(std: std))
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let map = try conv(x.adaptiveAveragePool([4, 4]))
    return try head(dropout(hidden(map.flatten(from: 1)).relu()))
  }
}
