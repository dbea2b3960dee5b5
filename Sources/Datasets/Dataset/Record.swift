import Imaging

/// What is known of a picture, without its pixels.
public struct Record: Sendable, Equatable {
  /// The picture's path in the source, or its place in a packed file such as `train-images-idx3-ubyte#17`.
  public var image: String
  /// The part it belongs to, such as `train`.
  public var split: String?
  /// COCO's number of the picture.
  public var id: Int?
  /// Pixels a row, as the annotations or the picture's header say; nil where neither was read.
  public var width: Int?
  /// Rows.
  public var height: Int?
  /// The class of the whole picture.
  public var label: Int?
  /// The objects; nil where nobody looked for any.
  public var objects: [ObjectAnnotation]?
  /// The path of its map of classes.
  public var classMask: String?
  /// The path of its map of objects (Pascal VOC): object `i` has index `i + 1`.
  public var objectMask: String?

  /// A record.
  public init(
    image: String, split: String? = nil, id: Int? = nil, width: Int? = nil, height: Int? = nil, label: Int? = nil,
    objects: [ObjectAnnotation]? = nil, classMask: String? = nil, objectMask: String? = nil
  ) {
    self.image = image
    self.split = split
    self.id = id
    self.width = width
    self.height = height
    self.label = label
    self.objects = objects
    self.classMask = classMask
    self.objectMask = objectMask
  }
}

/// An object as the annotations have it: doubles, so that formats convert into each other without loss.
public struct ObjectAnnotation: Sendable, Equatable {
  /// Pixels from the picture's left edge to the box's; pixel 0 covers 0 to 1.
  public var x: Double
  /// Pixels from the upper edge.
  public var y: Double
  /// Pixels.
  public var width: Double
  /// Pixels.
  public var height: Double
  /// Its class.
  public var label: Int
  /// COCO's number of the annotation.
  public var id: Int?
  /// Whether it stands for a group of objects that nobody told apart.
  public var isCrowd: Bool
  /// Whether it is hard to recognise.
  public var isDifficult: Bool
  /// Whether it reaches beyond the picture.
  public var isTruncated: Bool
  /// What few objects have.
  public var details: ObjectDetails?

  /// An object.
  public init(
    x: Double, y: Double, width: Double, height: Double, label: Int, id: Int? = nil, isCrowd: Bool = false,
    isDifficult: Bool = false, isTruncated: Bool = false, details: ObjectDetails? = nil
  ) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.label = label
    self.id = id
    self.isCrowd = isCrowd
    self.isDifficult = isDifficult
    self.isTruncated = isTruncated
    self.details = details
  }

  /// The box by its corners.
  public var box: Box { Box(x1: Float(x), y1: Float(y), x2: Float(x + width), y2: Float(y + height)) }

  /// Whether the box is made of numbers and has an area.
  public var isUsable: Bool { fault == nil }

  /// What is wrong with the box, with its kind.
  var fault: (kind: String, text: String)? {
    let text = "[\(x), \(y), \(width), \(height)] (x, y, width, height)"
    guard x.isFinite, y.isFinite, width.isFinite, height.isFinite else {
      return ("box.not_finite", "a box with a number that is not finite: \(text)")
    }
    guard max(abs(x), abs(y), width, height) <= 1e7 else {
      return ("box.outside", "a box beyond all pictures: \(text)")
    }
    guard width >= 0, height >= 0 else { return ("box.negative", "a box of negative size: \(text)") }
    return width > 0 && height > 0 ? nil : ("box.empty", "a box without area: \(text)")
  }
}

/// What few objects have. A reference, so that ten million plain boxes carry nothing of it.
public final class ObjectDetails: Sendable, Equatable {
  /// The outline.
  public let segmentation: Segmentation?
  /// `[x, y, visibility, ...]`, as COCO has them.
  public let keypoints: [Double]?
  /// COCO's area, where it is not that of the box.
  public let area: Double?
  /// Pascal VOC's pose, such as `Left`; nil for `Unspecified`.
  public let pose: String?
  /// Pascal VOC's mark for objects that are partly hidden.
  public let isOccluded: Bool

  /// Details.
  public init(
    segmentation: Segmentation? = nil, keypoints: [Double]? = nil, area: Double? = nil, pose: String? = nil,
    isOccluded: Bool = false
  ) {
    self.segmentation = segmentation
    self.keypoints = keypoints
    self.area = area
    self.pose = pose
    self.isOccluded = isOccluded
  }

  /// Nil where there is nothing to keep.
  static func of(
    segmentation: Segmentation? = nil, keypoints: [Double]? = nil, area: Double? = nil, pose: String? = nil,
    isOccluded: Bool = false
  ) -> ObjectDetails? {
    guard segmentation != nil || keypoints != nil || area != nil || pose != nil || isOccluded else { return nil }
    return ObjectDetails(
      segmentation: segmentation, keypoints: keypoints, area: area, pose: pose, isOccluded: isOccluded)
  }

  /// Whether all is equal.
  public static func == (a: ObjectDetails, b: ObjectDetails) -> Bool {
    a.segmentation == b.segmentation && a.keypoints == b.keypoints && a.area == b.area && a.pose == b.pose
      && a.isOccluded == b.isOccluded
  }
}
