import NeuralNetwork
import TensorCore

/// ViT: a transformer encoder over the patches of an image. `[N, 3, S, S]` -> `[N, classes]`, where S is the size that the
/// positions were trained for; keys are torchvision's. Dosovitskiy et al. 2020, arXiv 2010.11929.
public struct VisionTransformer: Layer {
  /// What tells the variants apart.
  public struct Configuration: Models.Configuration {
    /// Side of a patch in pixels.
    public var patch: Int
    /// Encoder layers.
    public var layers: Int
    /// Attention heads.
    public var heads: Int
    /// Features of a patch.
    public var width: Int
    /// Features between the two linear layers after each attention.
    public var hidden: Int
    /// Side of the input in pixels: a multiple of the patch's.
    public var imageSize: Int
    /// Number of classes.
    public var classes: Int

    /// A variant.
    public init(
      patch: Int, layers: Int, heads: Int, width: Int, hidden: Int, imageSize: Int = 224, classes: Int = 1000
    ) {
      self.patch = patch
      self.layers = layers
      self.heads = heads
      self.width = width
      self.hidden = hidden
      self.imageSize = imageSize
      self.classes = classes
    }

    /// Base, patches of 16 pixels: 86.6 million parameters.
    public static let base16 = Configuration(patch: 16, layers: 12, heads: 12, width: 768, hidden: 3072)
    /// Base, patches of 32 pixels: 88.2 million parameters.
    public static let base32 = Configuration(patch: 32, layers: 12, heads: 12, width: 768, hidden: 3072)
    /// Large, patches of 16 pixels: 304.3 million parameters.
    public static let large16 = Configuration(patch: 16, layers: 24, heads: 16, width: 1024, hidden: 4096)
    /// Large, patches of 32 pixels: 306.5 million parameters.
    public static let large32 = Configuration(patch: 32, layers: 24, heads: 16, width: 1024, hidden: 4096)
    /// Huge, patches of 14 pixels: 632 million parameters.
  }

  /// The key of the position embedding, `[1, patches + 1, width]`: its length tells the image size.
  public static let positionKey = "encoder.pos_embedding"

  private let configuration: Configuration
  private let classToken: Parameter, projection: Conv2d, positions: Parameter
  private let encoder: [Block], norm: LayerNorm, head: Linear

  /// Builds the network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    self.configuration = configuration
    let width = configuration.width, side = configuration.imageSize / configuration.patch
    classToken = scope.parameter("class_token", [1, 1, width], .constant(0))
    projection = Conv2d(
      scope["conv_proj"], in: 3, out: width, kernel: configuration.patch, stride: configuration.patch,
      initializer: .truncatedNormal(std: (1 / Double(3 * configuration.patch * configuration.patch)).squareRoot()),
      biasInitializer: .constant(0))
    positions = scope.parameter(Self.positionKey, [1, side * side + 1, width], .normal(std: 0.02))
    encoder = (0..<configuration.layers).map {
      Block(scope["encoder"]["layers"]["encoder_layer_\($0)"], configuration, isLast: $0 == configuration.layers - 1)
    }
    norm = LayerNorm(scope["encoder"]["ln"], channels: width, epsilon: 1e-6)
    head = Linear(
      scope["heads"]["head"], in: width, out: configuration.classes, initializer: .constant(0),
      biasInitializer: .constant(0))
  }

  /// Class scores.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }

  /// Attention and two linear layers, each after a normalisation and with a shortcut. `[N, P, C]` -> the same.
  private struct Block: Layer {
    private let first: LayerNorm, attention: MultiHeadAttention, second: LayerNorm, mixer: Perceptron
    /// Patches a side, in the last block: there explanations look, for what comes after it concerns the class token alone.
    private let shownSide: Int?

    init(_ scope: ParameterScope, _ configuration: Configuration, isLast: Bool) {
      shownSide = isLast ? configuration.imageSize / max(configuration.patch, 1) : nil
      first = LayerNorm(scope["ln_1"], channels: configuration.width, epsilon: 1e-6)
      attention = MultiHeadAttention(
        scope["self_attention"], channels: configuration.width, heads: configuration.heads)
      second = LayerNorm(scope["ln_2"], channels: configuration.width, epsilon: 1e-6)
      mixer = Perceptron(
        scope["mlp"], channels: configuration.width, hidden: configuration.hidden, biasInitializer: .normal(std: 1e-6))
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      var tokens = try first(x)
      if let side = shownSide { tokens = tokens.asLastMap(.tokens(rows: side, columns: side, skipped: 1)) }
      let y = try attention(tokens) + x
      return try y + mixer(second(y))
    }
  }
}

extension VisionTransformer: FeatureNetwork {
  /// The features that the last linear layer reads: those of the class token. `[N, 3, S, S]` -> `[N, width]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    let size = configuration.imageSize, shape = input.shape
    guard size % configuration.patch == 0 else {
      throw ShapeError(
        .argument, "vit", "the image size \(size) is no multiple of the patch size \(configuration.patch)")
    }
    guard shape.count == 4, shape[1] == 3, shape[2] == size, shape[3] == size else {
      throw ShapeError(
        .shape, "vit", "the input is \(shape); these positions were trained for [N, 3, \(size), \(size)]")
    }
    let patches = try projection(input).flatten(from: 2).transpose(1, 2)
    let token = try classToken.value().expand(to: [shape[0], 1, configuration.width])
    var x = try Tensor.concatenate([token, patches], axis: 1) + positions.value()
    for block in encoder { x = try block(x) }
    return try norm(x).select(axis: 1, index: 0)
  }
}
