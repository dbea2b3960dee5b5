import CKernels
import Imaging

/// A weighted mean with another sample: labels become shares, objects are joined. Zhang et al. 2017, arXiv 1710.09412.
/// As torchvision's `MixUp` on two samples, rounded to whole levels.
public struct MixedSamples: FixedAugmentation {
  /// The other.
  public let other: Sample
  /// The first one's share, 0 to 1.
  public let share: Double

  /// Throws `AugmentationError.parameter` for a share that is not 0 to 1.
  public init(other: Sample, share: Double) throws(AugmentationError) {
    try checkNumber(share, 0...1, "the share", "mix_up")
    self.other = other
    self.share = share
  }

  /// The mean.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    guard sample.classMap == nil, other.classMap == nil else {
      throw .sample("mix_up", "class maps have no means; use cut_mix or copy_paste")
    }
    let other = try other.fitted(to: sample)
    var result = sample
    result.image = try sample.image.remade { source, target in
      vk_mix(
        AugmentationKernels.isa, source, other.image.pixels, target, sample.image.pixels.count, Float(share),
        Float(1 - share))
    }
    result.mixLabels(with: other, share: share)
    if let more = other.objects { result.objects = (sample.objects ?? []) + more }
    return result
  }
}

/// A mean with another sample by a beta-distributed share.
public struct MixUp: Augmentation {
  private let alpha: Double

  /// Throws `AugmentationError.parameter` for a shape that is not above 0.
  public init(alpha: Double = 1) throws(AugmentationError) {
    try checkNumber(alpha, 1e-6...1e6, "alpha", "mix_up")
    self.alpha = alpha
  }

  /// The mean.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let share = min(max(context.random.beta(alpha), 0), 1)
    return try MixedSamples(other: context.drawPartner(for: "mix_up"), share: share)
  }
}
