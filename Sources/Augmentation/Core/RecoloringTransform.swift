import Imaging

/// A transform that changes levels and moves nothing.
public protocol RecoloringTransform: Transform {
  /// The picture with other levels, of the same size.
  func recolored(_ image: Image) throws(AugmentationError) -> Image
}

extension RecoloringTransform {
  /// The sample with its picture recoloured.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    var result = sample
    result.image = try recolored(sample.image)
    return result
  }
}
