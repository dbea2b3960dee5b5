import Imaging

/// How a picture was shrunk while it was decoded.
struct SampleScale {
  let x: Float, y: Float

  init(from full: ImageSize, to size: ImageSize) {
    x = Float(size.width) / Float(full.width)
    y = Float(size.height) / Float(full.height)
  }
}

extension ObjectAnnotation {
  /// The object for augmentation. `map` is Pascal VOC's map of objects, in which this one is `place + 1`; its own
  /// outline becomes a mask where it is to be `outlined`.
  func sampleObject(
    _ place: Int, size: ImageSize, map: ClassMap?, outlined: Bool, scale: SampleScale
  ) throws(ImageError) -> SampleObject {
    var object = SampleObject(
      box: box.scaled(x: scale.x, y: scale.y), label: label, isCrowd: isCrowd, isDifficult: isDifficult)
    if outlined, let segmentation = details?.segmentation {
      object.mask = try segmentation.mask(width: size.width, height: size.height)
    } else if let map, place < 254 {
      let index = UInt8(place + 1)
      object.mask = try Mask(width: size.width, height: size.height, pixels: map.classes.map { $0 == index ? 1 : 0 })
    }
    if let points = details?.keypoints {
      object.keypoints = stride(from: 0, to: points.count - 2, by: 3).map { index in
        SampleKeypoint(
          x: Float(points[index]) * scale.x, y: Float(points[index + 1]) * scale.y,
          visibility: Int(exactly: points[index + 2].rounded()).map { min(max($0, 0), 2) } ?? 0)
      }
    }
    return object
  }
}
