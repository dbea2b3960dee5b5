#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One side of a box between YOLO's form (centre and length as fractions of the picture) and pixels (start and length), without loss.
///
/// Both forms are decimals that people wrote, and a plain product is off in its last bits. So the shortest decimal is taken that
/// leads back exactly: in pixels on reading, in fractions on writing. Then YOLO -> COCO -> YOLO and VOC -> YOLO -> VOC are identities.
enum NormalizedBox {
  private static let powers: [Double] = (0...15).map { pow(10, Double($0)) }

  private static func rounded(_ value: Double, _ digits: Int) -> Double {
    (value * powers[digits]).rounded() / powers[digits]
  }

  private static func fractions(_ start: Double, _ length: Double, _ side: Double) -> (center: Double, length: Double) {
    ((start + length / 2) / side, length / side)
  }

  /// From fractions to pixels.
  static func pixels(center: Double, length: Double, side: Double) -> (start: Double, length: Double) {
    let (start, size) = ((center - length / 2) * side, length * side)
    guard abs(start) < 1e7, abs(size) < 1e7 else { return (start, size) }
    for digits in 0...7 {
      let candidate = (rounded(start, digits), rounded(size, digits))
      // One unit in the last place is what the decimal fraction itself may be off.
      let back = fractions(candidate.0, candidate.1, side)
      if isNext(back.center, center), isNext(back.length, length) { return candidate }
    }
    return (start, size)
  }

  /// From pixels to fractions.
  static func fractions(start: Double, length: Double, side: Double) -> (center: Double, length: Double) {
    let exact = fractions(start, length, side)
    guard exact.center.isFinite, exact.length.isFinite, abs(exact.center) < 1e6, abs(exact.length) < 1e6 else {
      return exact
    }
    for digits in 4...15 {
      let candidate = (rounded(exact.center, digits), rounded(exact.length, digits))
      let back = pixels(center: candidate.0, length: candidate.1, side: side)
      if back.start == start, back.length == length { return candidate }
    }
    return exact
  }

  private static func isNext(_ a: Double, _ b: Double) -> Bool { a == b || a == b.nextUp || a == b.nextDown }
}

extension ObjectAnnotation {
  /// From fractions (centre and size in the fields) to pixels; polygons too.
  func denormalized(width: Int, height: Int) -> ObjectAnnotation {
    let (w, h) = (Double(width), Double(height))
    var object = self
    if case .polygons(let polygons)? = details?.segmentation {
      let pixels = polygons.map { polygon in
        polygon.enumerated().map { NormalizedPoint.pixel($1, side: $0.isMultiple(of: 2) ? w : h) }
      }
      object.details = ObjectDetails(segmentation: .polygons(pixels))
      let points = pixels.flatMap(\.self)
      let xs = stride(from: 0, to: points.count, by: 2).map { points[$0] }
      let ys = stride(from: 1, to: points.count, by: 2).map { points[$0] }
      (object.x, object.y) = (xs.min() ?? 0, ys.min() ?? 0)
      (object.width, object.height) = ((xs.max() ?? 0) - object.x, (ys.max() ?? 0) - object.y)
      return object
    }
    if let points = details?.keypoints {
      object.details = ObjectDetails(
        keypoints: NormalizedPoint.triples(points) { NormalizedPoint.pixel($0, side: $1 ? w : h) })
    }
    (object.x, object.width) = NormalizedBox.pixels(center: x, length: self.width, side: w)
    (object.y, object.height) = NormalizedBox.pixels(center: y, length: self.height, side: h)
    return object
  }
}

/// A coordinate of a polygon between YOLO's fractions and pixels, without loss as `NormalizedBox`.
enum NormalizedPoint {
  /// Keypoints `[x, y, visibility, ...]` with other coordinates.
  static func triples(_ points: [Double], _ change: (_ value: Double, _ isX: Bool) -> Double) -> [Double] {
    points.enumerated().map { $0 % 3 == 2 ? $1 : change($1, $0 % 3 == 0) }
  }

  static func pixel(_ fraction: Double, side: Double) -> Double {
    let (value, _) = NormalizedBox.pixels(center: fraction, length: 0, side: side)
    return value
  }

  static func fraction(_ pixel: Double, side: Double) -> Double {
    NormalizedBox.fractions(start: pixel, length: 0, side: side).center
  }
}
