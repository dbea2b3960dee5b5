import NeuralNetwork
import TensorCore

/// YOLOX: an anchor-free one-stage detector over a CSPDarknet and a path-aggregation pyramid. Ge et al. 2021, arXiv 2107.08430.
///
/// `[N, 3, H, W]` (BGR, 0 to 255; H and W multiples of 32) -> `[N, A, 5 + classes]`, one row a grid cell of strides 8, 16, 32:
/// centre x, centre y, width, height in input pixels, objectness and class probabilities in 0 to 1 (the official eval-mode
/// output, boxes decoded). Keys are the official checkpoints'.
public struct YOLOX: Layer {
  /// What tells the variants apart.
  public struct Configuration: Sendable, Hashable {
    /// Multiplies the numbers of blocks.
    public var depth: Double
    /// Multiplies the channels.
    public var width: Double
    /// Whether 3x3 convolutions are split into depthwise and pointwise ones.
    public var depthwise: Bool
    /// Number of classes.
    public var classes: Int

    /// A variant.
    public init(depth: Double, width: Double, depthwise: Bool = false, classes: Int = 80) {
      self.depth = depth
      self.width = width
      self.depthwise = depthwise
      self.classes = classes
    }

    /// YOLOX-nano, 0.91 million parameters.
    public static let nano = Configuration(depth: 0.33, width: 0.25, depthwise: true)
    /// YOLOX-tiny, 5.06 million parameters.
    public static let tiny = Configuration(depth: 0.33, width: 0.375)
    /// YOLOX-s, 9.0 million parameters.
    public static let small = Configuration(depth: 0.33, width: 0.5)
    /// YOLOX-m, 25.3 million parameters.
    public static let medium = Configuration(depth: 0.67, width: 0.75)
    /// YOLOX-l, 54.2 million parameters.
    public static let large = Configuration(depth: 1, width: 1)
    /// YOLOX-x, 99.1 million parameters.
    public static let extraLarge = Configuration(depth: 1.33, width: 1.25)

    /// A channel count scaled by the width, cut to a whole number as the official code cuts it.
    func channels(_ full: Int) -> Int { Int(Double(full) * width) }
    /// A block count scaled by the depth, rounded half to even as Python rounds.
    func blocks(_ full: Int) -> Int { Int((Double(full) * depth).rounded(.toNearestOrEven)) }
  }

  private let pyramid: YOLOXPyramid, head: YOLOXHead

  /// Builds the network; parameters stand under `backbone` and `head`.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    pyramid = YOLOXPyramid(scope["backbone"], configuration)
    head = YOLOXHead(scope["head"], configuration)
  }

  /// Runs the network.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try check(x)
    return try head(pyramid(x))
  }

  /// What the loss reads.
  package func rows(for x: Tensor) throws(ShapeError) -> YOLOXRows {
    try check(x)
    return try head.rows(pyramid(x))
  }

  private func check(_ x: Tensor) throws(ShapeError) {
    guard x.rank == 4, x.shape[1] == 3, x.shape[2] > 0, x.shape[3] > 0, x.shape[2] % 32 == 0, x.shape[3] % 32 == 0
    else {
      throw ShapeError(.shape, "yolox", "the input is \(x.shape); expected [N, 3, H, W] with H and W multiples of 32")
    }
  }
}
