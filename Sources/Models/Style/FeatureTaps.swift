import TensorCore

/// Where style transfer by optimisation reads a VGG: layers by the names that papers give them, such as `relu4_1`.
/// Gatys et al. 2015, arXiv 1508.06576.
public struct FeatureTaps: Sendable, Hashable {
  /// The names, as given.
  public let names: [String]
  /// The layers' indices in torchvision's `features`.
  public let indices: [Int]

  /// The layers of Gatys' style: the first of each block.
  public static let gatysStyle = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
  /// The layer of Gatys' content.
  public static let gatysContent = ["relu4_2"]

  /// Taps by name: `conv1_1`, `bn1_1`, `relu1_1` (block, then convolution of the block, from 1) and `pool1`. Throws
  /// `ShapeError` for a name that the network does not have.
  public init(_ names: [String], of configuration: VGG.Configuration = .vgg19) throws(ShapeError) {
    let known = Self.layerNames(of: configuration)
    var indices: [Int] = []
    for name in names {
      guard let index = known.firstIndex(of: name) else {
        throw ShapeError(
          .argument, "feature taps",
          "there is no layer '\(name)'; this VGG has \(known[0]) to \(known[known.count - 1])")
      }
      indices.append(index)
    }
    self.names = names
    self.indices = indices
  }

  /// The names of all layers of torchvision's `features`, in order: for VGG-19 `conv1_1`, `relu1_1`, ... `pool5`.
  public static func layerNames(of configuration: VGG.Configuration) -> [String] {
    let kinds = configuration.isNormalized ? ["conv", "bn", "relu"] : ["conv", "relu"]
    return configuration.depths.enumerated().flatMap { block, depth in
      (1...max(depth, 1)).flatMap { layer in kinds.map { "\($0)\(block + 1)_\(layer)" } } + ["pool\(block + 1)"]
    }
  }

  /// The features of `[N, 3, H, W]` (ImageNet's mean and deviation) at the taps, in their order.
  public func callAsFunction(_ network: VGG, _ input: Tensor) throws(ShapeError) -> [NamedTensor] {
    let features = try network.features(input, at: indices)
    return zip(names, features).map { NamedTensor($0, $1) }
  }
}
