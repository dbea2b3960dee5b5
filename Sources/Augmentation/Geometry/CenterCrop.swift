import Imaging

/// The middle of the picture in a given size, padded with zeros where the picture is smaller. As torchvision's
/// `CenterCrop`, whose boxes though come out a pixel off the picture where the padding is odd; here they move with it.
public struct CenterCrop: FixedAugmentation, Hashable {
  /// The result's size.
  public let size: ImageSize

  /// A crop of this size. Throws `AugmentationError.parameter` for sides below 1.
  public init(size: ImageSize) throws(AugmentationError) {
    try checkSize(size, "center_crop")
    self.size = size
  }

  /// The crop for a picture of this size.
  public func crop(of picture: ImageSize) throws(AugmentationError) -> Crop {
    try Crop(
      top: Self.offset(picture.height, size.height), left: Self.offset(picture.width, size.width), height: size.height,
      width: size.width)
  }

  /// The middle.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    try crop(of: sample.size).apply(to: sample)
  }

  /// Padding is halved downwards; what is cut off is halved as Python rounds, to even.
  private static func offset(_ length: Int, _ wanted: Int) -> Int {
    wanted > length ? -((wanted - length) / 2) : Int((Double(length - wanted) / 2).rounded(.toNearestOrEven))
  }
}

/// Throws `AugmentationError.parameter` for a size without pixels or beyond a million a side.
func checkSize(_ size: ImageSize, _ owner: String) throws(AugmentationError) {
  try checkNumber(size.width, 1...1_000_000, "the width", owner)
  try checkNumber(size.height, 1...1_000_000, "the height", owner)
}
