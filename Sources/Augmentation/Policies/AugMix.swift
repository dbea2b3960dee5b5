import CKernels
import Imaging

/// A weighted sum of the picture and several differently augmented ones. Hendrycks et al. 2019, arXiv 1912.02781. As
/// torchvision's `AugMix`: objects and masks stay where they are.
public struct AugMix: Augmentation {
  private let severity, chains, depth: Int
  private let alpha: Double
  private let usesAllOperations: Bool
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// - Parameters:
  ///   - severity: the strongest of the bins, 1 to 10.
  ///   - chains: how many augmented pictures.
  ///   - depth: operations of each; below 1 for 1 to 3 at random.
  ///   - alpha: the shape of the weights' distribution.
  ///   - usesAllOperations: brightness, colour, contrast and sharpness too.
  /// - Throws: `AugmentationError.parameter` for numbers out of range.
  public init(
    severity: Int = 3, chains: Int = 3, depth: Int = -1, alpha: Double = 1, usesAllOperations: Bool = true,
    interpolation: WarpInterpolation = .bilinear, fill: Fill? = nil
  ) throws(AugmentationError) {
    try checkNumber(severity, 1...10, "severity", "aug_mix")
    try checkNumber(chains, 1...100, "mixture_width", "aug_mix")
    try checkNumber(depth, -1000...1000, "chain_depth", "aug_mix")
    try checkNumber(alpha, 1e-6...1e6, "alpha", "aug_mix")
    self.severity = severity
    self.chains = chains
    self.depth = depth
    self.alpha = alpha
    self.usesAllOperations = usesAllOperations
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The chains and their weights.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let space = usesAllOperations ? PolicySpace.augMix : PolicySpace.augMixPart
    let own = context.random.dirichlet(alpha, 2), weights = context.random.dirichlet(alpha, chains)
    var parts: [(weight: Float, chain: TransformSequence)] = []
    for weight in weights {
      let length = depth > 0 ? depth : 1 + context.random.integer(below: 3)
      var steps: [any Transform] = []
      for _ in 0..<length {
        let entry = context.random.integer(below: space.entries.count)
        let bin = context.random.integer(below: severity)
        steps.append(
          try space.transform(entry, bin: bin, of: 10, in: sample.size, interpolation, fill, &context.random))
      }
      parts.append((Float(weight * own[1]), TransformSequence(steps)))
    }
    return WeightedChains(own: Float(own[0]), parts: parts)
  }
}

/// The picture and its augmented versions by weights that sum to 1, cut to whole levels.
struct WeightedChains: RecoloringTransform {
  let own: Float
  let parts: [(weight: Float, chain: TransformSequence)]

  func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "aug_mix")
    let isa = AugmentationKernels.isa, count = image.pixels.count
    var sums = [Float](repeating: 0, count: count)
    vk_accumulate(isa, image.pixels, own, &sums, count)
    for part in parts {
      let version = try part.chain.apply(to: Sample(image: image)).image
      vk_accumulate(isa, version.pixels, part.weight, &sums, count)
    }
    return try image.remade { _, target in vk_cut(isa, sums, target, count) }
  }
}
