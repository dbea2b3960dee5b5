import Imaging

/// An augmentation that makes several samples of one, such as torchvision's `FiveCrop`: a step of a recipe whose samples
/// are all asked for.
public protocol MultiplyingAugmentation: Augmentation {
  /// The samples, always as many. Throws `AugmentationError.sample` for one that this cannot be done to.
  func samples(of sample: Sample) throws(AugmentationError) -> [Sample]
}

extension MultiplyingAugmentation {
  /// Throws `AugmentationError.sample`: whoever wants one sample for each cannot have this.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    throw .sample("five_crop and ten_crop", "they make several of it, and one for each is wanted here")
  }
}
