import Imaging

/// The picture in its proportions within a given size, the rest filled. Sizes and places are those of an
/// `InputContract` with the same fit, so that training sees what deployment does.
public struct Letterbox: FixedAugmentation, Hashable {
  /// The result's size.
  public let size: ImageSize
  /// What stands beside the picture.
  public let fill: Fill
  /// Where the picture lies.
  public let anchor: InputContract.Anchor
  /// Whether small pictures grow.
  public let allowsUpscaling: Bool
  /// How the pixels are made.
  public let interpolation: Interpolation

  /// A letterbox. Throws `AugmentationError.parameter` for sides below 1.
  public init(
    size: ImageSize, fill: Fill = .zero, anchor: InputContract.Anchor = .center, allowsUpscaling: Bool = true,
    interpolation: Interpolation = .bilinear
  ) throws(AugmentationError) {
    try checkSize(size, "letterbox")
    self.size = size
    self.fill = fill
    self.anchor = anchor
    self.allowsUpscaling = allowsUpscaling
    self.interpolation = interpolation
  }

  /// The letterboxed sample.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    let layout = try imaging { () throws(ImageError) in
      try InputContract(
        size: size, fit: .letterbox(anchor: anchor, allowsUpscaling: allowsUpscaling),
        filter: interpolation.filter ?? .nearest
      ).layout(for: sample.size)
    }
    let (left, top) = (layout.offsetX, layout.offsetY)
    let resized = try Resize(.exact(layout.resized), interpolation: interpolation).apply(to: sample)
    return try Pad(
      left: left, top: top, right: size.width - layout.resized.width - left,
      bottom: size.height - layout.resized.height - top, fill: fill
    ).apply(to: resized)
  }
}
