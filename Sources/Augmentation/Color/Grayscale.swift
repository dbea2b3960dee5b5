import CKernels
import Imaging

/// Rec. 601 luma, in one channel or three alike. As torchvision's `rgb_to_grayscale`, which cuts where Pillow rounds.
public struct Grayscale: RecoloringTransform, FixedAugmentation, Hashable {
  /// 1 or 3.
  public let channels: Int

  /// Grey of so many channels. Throws `AugmentationError.parameter` for other numbers than 1 and 3.
  public init(channels: Int = 1) throws(AugmentationError) {
    guard channels == 1 || channels == 3 else {
      throw .parameter("grayscale", "num_output_channels is \(channels); expected 1 or 3")
    }
    self.channels = channels
  }

  /// The grey picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "grayscale")
    if image.format == .gray { return channels == 1 ? image : image.converted(to: .rgb) }
    if channels == 3 { return try ColorAdjustment([.grayscale]).recolored(image) }
    return try Image.made(image.width, image.height, .gray) { target in
      vk_luma(AugmentationKernels.isa, image.pixels, target, image.width * image.height)
    }
  }
}
