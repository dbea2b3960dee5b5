import Imaging
import Support

/// An object's outline in the form that the annotations have it in, so that it is written back as it was.
public enum Segmentation: Sendable, Equatable {
  /// Outlines `[x0, y0, x1, y1, ...]` in pixels.
  case polygons([[Double]])
  /// COCO's run lengths as numbers.
  case runs(width: Int, height: Int, counts: [Int])
  /// COCO's run lengths as text.
  case compressed(width: Int, height: Int, counts: String)

  /// The pixels inside, of a picture of this size. Throws `ImageError.invalidMask`, also where the runs are of another size.
  public func mask(width: Int, height: Int) throws(ImageError) -> Mask {
    let mask: Mask
    switch self {
    case .polygons(let polygons): return try Mask(width: width, height: height, polygons: polygons)
    case .runs(let w, let h, let counts): mask = try Mask(width: w, height: h, counts: counts)
    case .compressed(let w, let h, let counts): mask = try Mask(width: w, height: h, compressedCounts: counts)
    }
    guard mask.width == width, mask.height == height else {
      throw .invalidMask("it is \(mask.width)x\(mask.height), its picture \(width)x\(height)")
    }
    return mask
  }

  /// COCO's `segmentation`.
  var json: JSONValue {
    switch self {
    case .polygons(let polygons): .array(polygons.map { .array($0.map(JSONValue.shortest)) })
    case .runs(let width, let height, let counts):
      .object([("size", .array([.int(height), .int(width)])), ("counts", .array(counts.map(JSONValue.int)))])
    case .compressed(let width, let height, let counts):
      .object([("size", .array([.int(height), .int(width)])), ("counts", .string(counts))])
    }
  }

  /// Reads COCO's `segmentation`; nil for an empty list and `null`.
  static func read(_ reader: inout JSONReader) throws(DatasetError) -> Segmentation? {
    switch reader.peek() {
    case UInt8(ascii: "["):
      var polygons: [[Double]] = []
      try reader.array { reader throws(DatasetError) in
        // One polygon may stand without its list around it.
        if reader.peek() == UInt8(ascii: "[") {
          polygons.append(try reader.numbers())
        } else {
          if polygons.isEmpty { polygons.append([]) }
          polygons[0].append(try reader.number())
        }
      }
      return polygons.isEmpty ? nil : .polygons(polygons)
    case UInt8(ascii: "{"):
      var size: [Double] = []
      var text: String?
      var runs: [Int] = []
      try reader.object { reader, key throws(DatasetError) in
        switch key {
        case "size": size = try reader.numbers()
        case "counts" where reader.peek() == UInt8(ascii: "\""): text = try reader.string()
        case "counts":
          try reader.array { reader throws(DatasetError) in runs.append(try reader.integer() ?? -1) }
        default: try reader.skip()
        }
      }
      guard size.count == 2, let height = Int(exactly: size[0]), let width = Int(exactly: size[1]) else {
        throw reader.fault("a run-length mask without its size")
      }
      return text.map { .compressed(width: width, height: height, counts: $0) }
        ?? .runs(width: width, height: height, counts: runs)
    default:
      try reader.skip()
      return nil
    }
  }
}

extension JSONValue {
  /// A number with as few digits as tell it from its neighbours; whole ones without a point.
  static func shortest(_ value: Double) -> JSONValue {
    if let whole = Int(exactly: value), abs(value) < 1e15 { return .int(whole) }
    return .double(value)
  }
}
