import CKernels
import Imaging

/// Blurred (factor below 1) or sharpened (above). As torchvision's `adjust_sharpness`; the outermost pixels stay.
public struct Sharpness: RecoloringTransform, FixedAugmentation, Hashable {
  /// 0 blurs, 1 changes nothing, 2 sharpens.
  public let factor: Double

  /// Throws `AugmentationError.parameter` for negative factors.
  public init(factor: Double) throws(AugmentationError) {
    try checkNumber(factor, 0...1e6, "sharpness_factor", "random_adjust_sharpness")
    self.factor = factor
  }

  /// The sharpened picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "random_adjust_sharpness")
    guard image.width > 2, image.height > 2 else { return image }
    let isa = AugmentationKernels.isa
    let stride = image.stride, rest = Float(1 - factor), last = (image.height - 1) * image.stride
    return try image.remade { source, target in
      target.update(from: source, count: stride)
      for y in 1..<image.height - 1 {
        let row = source + y * stride
        vk_sharpen(isa, row - stride, row, row + stride, target + y * stride, image.width, image.channels, rest)
      }
      (target + last).update(from: source + last, count: stride)
    }
  }
}
