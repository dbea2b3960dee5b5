import Imaging

/// The four corners and the middle, and mirrored ones, as five or ten samples. As torchvision's `FiveCrop` and
/// `TenCrop`, but boxes and masks come along.
public struct MultipleCrops: MultiplyingAugmentation, Hashable {
  /// Which mirrored crops there are.
  public enum Mirroring: String, Sendable, Hashable {
    /// None: five crops.
    case none
    /// Five more of the picture mirrored left to right.
    case horizontal
    /// Five more of the picture mirrored top to bottom.
    case vertical
  }

  /// Each crop's size.
  public let size: ImageSize
  /// Which mirrored crops there are.
  public let mirroring: Mirroring

  /// Crops of this size. Throws `AugmentationError.parameter` for sides below 1.
  public init(size: ImageSize, mirroring: Mirroring = .none) throws(AugmentationError) {
    try checkSize(size, "five_crop")
    self.size = size
    self.mirroring = mirroring
  }

  /// Top left, top right, bottom left, bottom right, middle, then those of the mirrored picture. Throws
  /// `AugmentationError.sample` for a picture smaller than the crops.
  public func samples(of sample: Sample) throws(AugmentationError) -> [Sample] {
    switch mirroring {
    case .none: return try crops(sample)
    case .horizontal: return try crops(sample) + crops(HorizontalFlip().apply(to: sample))
    case .vertical: return try crops(sample) + crops(VerticalFlip().apply(to: sample))
    }
  }

  private func crops(_ sample: Sample) throws(AugmentationError) -> [Sample] {
    let right = sample.size.width - size.width, bottom = sample.size.height - size.height
    guard right >= 0, bottom >= 0 else {
      throw .sample("five_crop", "crops of \(size) do not fit into \(sample.size) pixels")
    }
    var result: [Sample] = []
    for (top, left) in [(0, 0), (0, right), (bottom, 0), (bottom, right)] {
      result.append(try Crop(top: top, left: left, height: size.height, width: size.width).apply(to: sample))
    }
    result.append(try CenterCrop(size: size).apply(to: sample))
    return result
  }
}
