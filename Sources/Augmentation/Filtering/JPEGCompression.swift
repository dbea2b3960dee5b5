import Imaging

/// Encoded as JPEG and decoded again. As torchvision's `jpeg`: colour at half the width and height.
public struct JPEGCompression: RecoloringTransform, FixedAugmentation, Hashable {
  /// libjpeg's scale, 1 to 100.
  public let quality: Int

  /// Throws `AugmentationError.parameter` for a quality that is not 1 to 100.
  public init(quality: Int) throws(AugmentationError) {
    try checkNumber(quality, 1...100, "quality", "jpeg")
    self.quality = quality
  }

  /// The compressed picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "jpeg")
    return try imaging { () throws(ImageError) in
      try Image.decode(image.jpegData(quality: quality)).converted(to: image.format)
    }
  }
}
