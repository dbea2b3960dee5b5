import NeuralNetwork
import TensorCore

/// Inception v3: factorised convolutions in branches. `[N, 3, H, W]` -> `[N, classes]`, sides of at least 75.
/// Szegedy et al. 2015, arXiv 1512.00567.
public struct InceptionV3: Layer {
  private let trunk: Sequential, top: Sequential, dropout = Dropout(0.5), head: Linear
  private let auxiliary: InceptionV3AuxiliaryHead?, transformsInput: Bool

  /// The network; with auxiliary heads it registers `AuxLogits`, which only training uses.
  public init(_ scope: ParameterScope, _ options: NetworkOptions) {
    let stem = InceptionV3Block(scope)
    trunk = Sequential([
      stem.conv("Conv2d_1a_3x3", 3, 32, [3, 3], stride: 2), stem.conv("Conv2d_2a_3x3", 32, 32, [3, 3], padding: 0),
      stem.conv("Conv2d_2b_3x3", 32, 64, [3, 3]), InceptionV3Block.maxPool, stem.conv("Conv2d_3b_1x1", 64, 80),
      stem.conv("Conv2d_4a_3x3", 80, 192, [3, 3], padding: 0), InceptionV3Block.maxPool,
      InceptionV3Block(scope["Mixed_5b"]).a(192, pooled: 32), InceptionV3Block(scope["Mixed_5c"]).a(256, pooled: 64),
      InceptionV3Block(scope["Mixed_5d"]).a(288, pooled: 64), InceptionV3Block(scope["Mixed_6a"]).b(288),
      InceptionV3Block(scope["Mixed_6b"]).c(768, inner: 128), InceptionV3Block(scope["Mixed_6c"]).c(768, inner: 160),
      InceptionV3Block(scope["Mixed_6d"]).c(768, inner: 160), InceptionV3Block(scope["Mixed_6e"]).c(768, inner: 192),
    ])
    auxiliary =
      options.hasAuxiliaryHeads ? InceptionV3AuxiliaryHead(scope["AuxLogits"], classes: options.classes) : nil
    top = Sequential([
      InceptionV3Block(scope["Mixed_7a"]).d(768), InceptionV3Block(scope["Mixed_7b"]).e(1280),
      InceptionV3Block(scope["Mixed_7c"]).e(2048),
    ])
    head = Linear(scope["fc"], in: 2048, out: options.classes, initializer: .truncatedNormal(std: 0.1))
    transformsInput = options.transformsInput
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }

  /// What training reads: `output`, and the auxiliary head's class scores `aux` where the network has it, which takes
  /// sides of at least 299.
  public func callWithAuxiliary(_ x: Tensor) throws(ShapeError) -> [NamedTensor] {
    if auxiliary != nil { try x.checkImages(smallest: 299, "inception_v3 with its auxiliary head") }
    let map = try trunkMap(x)
    let output = NamedTensor("output", try head(topFeatures(map)))
    guard let auxiliary else { return [output] }
    return [output, NamedTensor("aux", try auxiliary(map))]
  }

  private func trunkMap(_ input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages(smallest: 75, "inception_v3")
    return try trunk(transformsInput ? InceptionParts.rescaled(input) : input)
  }

  private func topFeatures(_ map: Tensor) throws(ShapeError) -> Tensor {
    try dropout(top(map).asLastMap().globalAveragePool()).flatten(from: 1)
  }
}

extension InceptionV3: FeatureNetwork {
  /// `output`; in training also what the auxiliary head gives, where the network has it.
  public func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] {
    guard TrainingPhase.current == nil else { return try callWithAuxiliary(input) }
    return [NamedTensor("output", try self(input))]
  }

  /// The last block's means. `[N, 3, H, W]` -> `[N, 2048]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor { try topFeatures(trunkMap(input)) }
}

/// The blocks, under the names of torchvision's modules.
private struct InceptionV3Block {
  let scope: ParameterScope

  init(_ scope: ParameterScope) { self.scope = scope }

  static let maxPool = Function { x throws(ShapeError) in try x.maxPool(kernel: [3, 3], stride: [2, 2]) }
  static let averagePool = Function { x throws(ShapeError) in
    try x.averagePool(kernel: [3, 3], stride: [1, 1], padding: [1, 1])
  }

  /// A convolution; at stride 2 without padding.
  func conv(_ name: String, _ c: Int, _ k: Int, _ kernel: [Int] = [1, 1], stride: Int = 1, padding: Int? = nil)
    -> ConvNorm
  {
    InceptionParts.conv(
      scope[name], in: c, out: k, kernel: kernel, stride: stride, padding: stride == 1 ? padding : 0, std: 0.1)
  }

  /// 35x35 in the paper's size; 224 channels and those of the pooled branch.
  func a(_ c: Int, pooled: Int) -> Concatenation {
    Concatenation([
      conv("branch1x1", c, 64), Sequential([conv("branch5x5_1", c, 48), conv("branch5x5_2", 48, 64, [5, 5])]),
      Sequential([
        conv("branch3x3dbl_1", c, 64), conv("branch3x3dbl_2", 64, 96, [3, 3]),
        conv("branch3x3dbl_3", 96, 96, [3, 3]),
      ]), Sequential([Self.averagePool, conv("branch_pool", c, pooled)]),
    ])
  }

  /// From 35x35 to 17x17.
  func b(_ c: Int) -> Concatenation {
    Concatenation([
      conv("branch3x3", c, 384, [3, 3], stride: 2),
      Sequential([
        conv("branch3x3dbl_1", c, 64), conv("branch3x3dbl_2", 64, 96, [3, 3]),
        conv("branch3x3dbl_3", 96, 96, [3, 3], stride: 2),
      ]), Self.maxPool,
    ])
  }

  /// 17x17; 768 channels.
  func c(_ c: Int, inner: Int) -> Concatenation {
    Concatenation([
      conv("branch1x1", c, 192),
      Sequential([
        conv("branch7x7_1", c, inner), conv("branch7x7_2", inner, inner, [1, 7]),
        conv("branch7x7_3", inner, 192, [7, 1]),
      ]),
      Sequential([
        conv("branch7x7dbl_1", c, inner), conv("branch7x7dbl_2", inner, inner, [7, 1]),
        conv("branch7x7dbl_3", inner, inner, [1, 7]), conv("branch7x7dbl_4", inner, inner, [7, 1]),
        conv("branch7x7dbl_5", inner, 192, [1, 7]),
      ]), Sequential([Self.averagePool, conv("branch_pool", c, 192)]),
    ])
  }

  /// From 17x17 to 8x8.
  func d(_ c: Int) -> Concatenation {
    Concatenation([
      Sequential([conv("branch3x3_1", c, 192), conv("branch3x3_2", 192, 320, [3, 3], stride: 2)]),
      Sequential([
        conv("branch7x7x3_1", c, 192), conv("branch7x7x3_2", 192, 192, [1, 7]),
        conv("branch7x7x3_3", 192, 192, [7, 1]), conv("branch7x7x3_4", 192, 192, [3, 3], stride: 2),
      ]), Self.maxPool,
    ])
  }

  /// 8x8; 2048 channels.
  func e(_ c: Int) -> Concatenation {
    Concatenation([
      conv("branch1x1", c, 320),
      Sequential([
        conv("branch3x3_1", c, 384),
        Concatenation([conv("branch3x3_2a", 384, 384, [1, 3]), conv("branch3x3_2b", 384, 384, [3, 1])]),
      ]),
      Sequential([
        conv("branch3x3dbl_1", c, 448), conv("branch3x3dbl_2", 448, 384, [3, 3]),
        Concatenation([conv("branch3x3dbl_3a", 384, 384, [1, 3]), conv("branch3x3dbl_3b", 384, 384, [3, 1])]),
      ]), Sequential([Self.averagePool, conv("branch_pool", c, 192)]),
    ])
  }
}

/// A classifier of the 17x17 map, which only training uses. `[N, 768, H, W]` -> `[N, classes]`.
private struct InceptionV3AuxiliaryHead: Layer {
  private let convolutions: Sequential, head: Linear

  init(_ scope: ParameterScope, classes: Int) {
    convolutions = Sequential([
      InceptionParts.conv(scope["conv0"], in: 768, out: 128, kernel: [1, 1], std: 0.1),
      InceptionParts.conv(scope["conv1"], in: 128, out: 768, kernel: [5, 5], padding: 0, std: 0.1),
    ])
    head = Linear(scope["fc"], in: 768, out: classes, initializer: .truncatedNormal(std: 0.001))
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let map = try convolutions(x.averagePool(kernel: [5, 5], stride: [3, 3]))
    return try head(map.globalAveragePool().flatten(from: 1))
  }
}
