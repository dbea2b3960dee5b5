/// The members of one of COCO's annotations while it is read.
struct AnnotationFields {
  var box: (Double, Double, Double, Double)?
  var image: Int?, category: Int?, id: Int?
  private var isCrowd = false, isDifficult = false, isTruncated = false, isOccluded = false
  private var segmentation: Segmentation?
  private var keypoints: [Double]?, area: Double?, pose: String?

  init(_ reader: inout JSONReader) throws(DatasetError) {
    try reader.object { reader, key throws(DatasetError) in try read(key, &reader) }
    if box == nil { box = Self.box(of: segmentation) }
    // The usual area says nothing that the box does not.
    if let box, area == box.2 * box.3 { area = nil }
  }

  private mutating func read(_ key: JSONKey, _ reader: inout JSONReader) throws(DatasetError) {
    switch key {
    case "bbox": box = try Self.readBox(&reader)
    case "image_id": image = try reader.integer()
    case "category_id": category = try reader.integer()
    case "id": id = try reader.integer()
    case "iscrowd": isCrowd = try Self.readFlag(&reader)
    case "difficult": isDifficult = try Self.readFlag(&reader)
    case "truncated": isTruncated = try Self.readFlag(&reader)
    case "occluded": isOccluded = try Self.readFlag(&reader)
    case "area" where reader.peek() != UInt8(ascii: "n"): area = try reader.number()
    case "pose" where reader.peek() == UInt8(ascii: "\""): pose = try reader.string()
    case "segmentation": segmentation = try Segmentation.read(&reader)
    case "keypoints" where reader.peek() == UInt8(ascii: "["): keypoints = try reader.numbers()
    default: try reader.skip()
    }
  }

  /// The object; nil without a box.
  func object(label: Int) -> ObjectAnnotation? {
    guard let box else { return nil }
    return ObjectAnnotation(
      x: box.0, y: box.1, width: box.2, height: box.3, label: label, id: id, isCrowd: isCrowd,
      isDifficult: isDifficult, isTruncated: isTruncated,
      details: ObjectDetails.of(
        segmentation: segmentation, keypoints: keypoints, area: area, pose: pose, isOccluded: isOccluded))
  }

  /// `[x, y, width, height]`; nil for other lists.
  private static func readBox(_ reader: inout JSONReader) throws(DatasetError) -> (Double, Double, Double, Double)? {
    guard reader.peek() == UInt8(ascii: "[") else {
      try reader.skip()
      return nil
    }
    var box = (0.0, 0.0, 0.0, 0.0)
    var count = 0
    try reader.array { reader throws(DatasetError) in
      // Some writers put null where a number is none.
      let value = reader.word("null") ? Double.nan : try reader.number()
      switch count {
      case 0: box.0 = value
      case 1: box.1 = value
      case 2: box.2 = value
      default: box.3 = value
      }
      count += 1
    }
    return count == 4 ? box : nil
  }

  /// A mask without a box has the box of its polygons.
  private static func box(of segmentation: Segmentation?) -> (Double, Double, Double, Double)? {
    guard case .polygons(let polygons)? = segmentation else { return nil }
    let points = polygons.flatMap(\.self)
    let xs = stride(from: 0, to: points.count - 1, by: 2).map { points[$0] }
    let ys = stride(from: 1, to: points.count, by: 2).map { points[$0] }
    guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max() else { return nil }
    return (left, top, right - left, bottom - top)
  }

  private static func readFlag(_ reader: inout JSONReader) throws(DatasetError) -> Bool {
    if reader.word("true") { return true }
    return try reader.integer() ?? 0 != 0
  }
}
