import Imaging

/// Says how the bytes become a network's numbers. As torchvision's `to_dtype(float32, scale=True)` and `normalize`: the
/// bytes stay bytes until the sample becomes a tensor.
public struct Normalize: FixedAugmentation, Hashable {
  /// Means and deviations.
  public let normalization: ImageNormalization

  /// A normalisation by channel. Throws `AugmentationError.image` where a deviation is zero or the counts differ.
  public init(mean: [Double], standardDeviation: [Double]) throws(AugmentationError) {
    normalization = try imaging { () throws(ImageError) in
      try ImageNormalization(mean: mean, standardDeviation: standardDeviation)
    }
  }

  /// The sample with its normalisation.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    var result = sample
    result.normalization = normalization
    return result
  }
}
