import Imaging

/// What of a sample an image is.
public enum ImageLayer: Sendable {
  /// The picture.
  case picture
  /// A class map: one channel, whose values are not to be mixed.
  case classes
  /// An object's mask: one channel of zeros and ones.
  case mask
}

/// A transform that moves pixels. It says where an image, a box and a point go; all parts of the sample go there
/// together.
public protocol GeometricTransform: Transform {
  /// The moved image, of the new size.
  func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image
  /// Where a box of a picture of this size goes.
  func moved(_ box: Box, in size: ImageSize) -> Box
  /// Where a point of a picture of this size goes.
  func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint
  /// Throws for a sample that this cannot be done to.
  func check(_ sample: Sample) throws(AugmentationError)
}

extension GeometricTransform {
  /// Takes every sample.
  public func check(_ sample: Sample) throws(AugmentationError) {}

  /// The sample, all its parts moved.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    try check(sample)
    let size = sample.size
    var result = sample
    result.image = try moved(sample.image, as: .picture)
    if let map = sample.classMap { result.classMap = try moved(map, in: size) }
    if let objects = sample.objects {
      var places: [SampleObject] = []
      places.reserveCapacity(objects.count)
      for object in objects { places.append(try moved(object, in: size)) }
      result.objects = places
    }
    return result
  }

  private func moved(_ map: ClassMap, in size: ImageSize) throws(AugmentationError) -> ClassMap {
    guard map.size == size else {
      throw .sample("a transform", "its class map has \(map.size) pixels, the picture \(size)")
    }
    let image = try imaging { () throws(ImageError) in
      try Image(width: map.width, height: map.height, format: .gray, pixels: map.classes)
    }
    let result = try moved(image, as: .classes)
    return try imaging { () throws(ImageError) in
      try ClassMap(width: result.width, height: result.height, classes: result.pixels)
    }
  }

  private func moved(_ object: SampleObject, in size: ImageSize) throws(AugmentationError) -> SampleObject {
    var result = object
    result.box = moved(object.box, in: size)
    if let mask = object.mask { result.mask = try moved(mask, in: size) }
    result.keypoints = object.keypoints?.map { $0.visibility == 0 ? $0 : moved($0, in: size) }
    return result
  }

  private func moved(_ mask: Mask, in size: ImageSize) throws(AugmentationError) -> Mask {
    guard mask.width == size.width, mask.height == size.height else {
      throw .sample("a transform", "a mask has \(mask.width)x\(mask.height) pixels, the picture \(size)")
    }
    let image = try imaging { () throws(ImageError) in
      try Image(width: mask.width, height: mask.height, format: .gray, pixels: mask.pixels)
    }
    let result = try moved(image, as: .mask)
    return try imaging { () throws(ImageError) in
      try Mask(width: result.width, height: result.height, pixels: result.pixels)
    }
  }
}
