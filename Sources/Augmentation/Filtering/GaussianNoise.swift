import CKernels
import Imaging

/// Normally distributed noise on every level. As torchvision's `gaussian_noise` on bytes: the noise is cut to whole
/// levels.
public struct GaussianNoise: RecoloringTransform, FixedAugmentation, Hashable {
  /// The mean, in parts of the range.
  public let mean: Double
  /// The deviation, in parts of the range.
  public let sigma: Double
  /// Whether levels stop at 0 and 255; else they go round.
  public let clips: Bool
  /// What the noise depends on.
  public let key: UInt64

  /// Throws `AugmentationError.parameter` for deviations that are not 0 to 100, or means beyond 100.
  public init(mean: Double = 0, sigma: Double = 0.1, clips: Bool = true, key: UInt64) throws(AugmentationError) {
    try checkNumber(mean, -100...100, "mean", "gaussian_noise")
    try checkNumber(sigma, 0...100, "sigma", "gaussian_noise")
    self.mean = mean
    self.sigma = sigma
    self.clips = clips
    self.key = key
  }

  /// The noisy picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "gaussian_noise")
    return try image.remade { source, target in
      vk_noise(
        AugmentationKernels.isa, source, target, image.pixels.count, key, 0, Float(mean * 255), Float(sigma * 255),
        clips)
    }
  }
}
