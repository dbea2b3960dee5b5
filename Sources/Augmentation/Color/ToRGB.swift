import Imaging

/// Three channels: grey thrice, alpha dropped. As torchvision's `RGB`.
public struct ToRGB: RecoloringTransform, FixedAugmentation, Hashable {
  /// Three channels.
  public init() {}

  /// The picture in RGB.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image { image.converted(to: .rgb) }
}
