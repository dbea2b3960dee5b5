import Imaging

/// Objects without a proper box removed, their masks and keypoints with them. As torchvision's `SanitizeBoundingBoxes`.
public struct SanitizeBoxes: FixedAugmentation, Hashable {
  /// The least width and height.
  public let minimumSize: Double
  /// The least area.
  public let minimumArea: Double

  /// Throws `AugmentationError.parameter` for limits below 1.
  public init(minimumSize: Double = 1, minimumArea: Double = 1) throws(AugmentationError) {
    try checkNumber(minimumSize, 1...1e6, "min_size", "sanitize_bounding_boxes")
    try checkNumber(minimumArea, 1...1e12, "min_area", "sanitize_bounding_boxes")
    self.minimumSize = minimumSize
    self.minimumArea = minimumArea
  }

  /// Whether a box in a picture of this size is kept: large enough and inside.
  public func keeps(_ box: Box, in size: ImageSize) -> Bool {
    let (width, height) = (Float(size.width), Float(size.height))
    return box.width >= Float(minimumSize) && box.height >= Float(minimumSize)
      && box.width * box.height >= Float(minimumArea) && box.x1 >= 0 && box.y1 >= 0 && box.x2 >= 0 && box.y2 >= 0
      && box.x1 <= width && box.x2 <= width && box.y1 <= height && box.y2 <= height
  }

  /// The sample without the other objects.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    var result = sample
    result.objects = sample.objects?.filter { keeps($0.box, in: sample.size) }
    return result
  }
}

/// Boxes clipped to the picture. As torchvision's `ClampBoundingBoxes`.
public struct ClampBoxes: FixedAugmentation, Hashable {
  /// Boxes clipped to the picture.
  public init() {}

  /// The sample with its boxes clipped.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    var result = sample
    result.objects = sample.objects?.map {
      var object = $0
      object.box = object.box.clipped(to: sample.size)
      return object
    }
    return result
  }
}
