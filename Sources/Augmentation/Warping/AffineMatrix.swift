import Imaging

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Rotation, shear, scale and translation about a centre, as torchvision builds it.
struct AffineMatrix {
  /// Degrees, clockwise.
  var angle = 0.0
  /// Pixels to the right and down.
  var translate = (x: 0.0, y: 0.0)
  /// The factor.
  var scale = 1.0
  /// Degrees.
  var shear = (x: 0.0, y: 0.0)

  /// Six coefficients from the result to the source, or the other way round where not `inverted`.
  func coefficients(center: (x: Double, y: Double), inverted: Bool) -> [Double] {
    let rotation = angle * (Double.pi / 180), sx = shear.x * (Double.pi / 180), sy = shear.y * (Double.pi / 180)
    let a = cos(rotation - sy) / cos(sy), b = -(a * tan(sx) + sin(rotation))
    let c = sin(rotation - sy) / cos(sy), d = cos(rotation) - c * tan(sx)
    let (movedX, movedY) = (center.x + translate.x, center.y + translate.y)
    var m: [Double]
    if inverted {
      m = [d / scale, -b / scale, 0, -c / scale, a / scale, 0]
      m[2] += center.x - m[0] * movedX - m[1] * movedY
      m[5] += center.y - m[3] * movedX - m[4] * movedY
    } else {
      m = [a * scale, b * scale, 0, c * scale, d * scale, 0]
      m[2] += movedX - m[0] * center.x - m[1] * center.y
      m[5] += movedY - m[3] * center.x - m[4] * center.y
    }
    return m
  }

  /// The size that holds all of a picture after turning, as torchvision's `expand` reckons it.
  static func expandedSize(of size: ImageSize, _ matrix: [Double]) -> ImageSize {
    let m = matrix.map { Float($0) }, halfWidth = 0.5 * Float(size.width), halfHeight = 0.5 * Float(size.height)
    let corners = [
      (-halfWidth, -halfHeight), (-halfWidth, halfHeight), (halfWidth, halfHeight), (halfWidth, -halfHeight),
    ]
    func extent(_ row: Int, _ half: Float) -> Int {
      let places = corners.map { m[row] * $0.0 + m[row + 1] * $0.1 + m[row + 2] + half }
      // To 1e-4, so that rounding makes no column of its own.
      func whole(_ value: Float) -> Float { (value * Float(1 / 1e-4)).rounded(.towardZero) * Float(1e-4) }
      let high = whole(places.max() ?? 0).rounded(.up), low = whole(places.min() ?? 0).rounded(.down)
      return Int(min(max(high - low, 1), 1e6))
    }
    return ImageSize(width: extent(0, halfWidth), height: extent(3, halfHeight))
  }
}

/// Points through six float coefficients.
struct PointMap {
  let m: [Float]

  init(_ coefficients: [Double]) { m = coefficients.map { Float($0) } }

  func point(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
    (x * m[0] + y * m[1] + m[2], x * m[3] + y * m[4] + m[5])
  }

  /// The box around the corners' images.
  func box(_ box: Box) -> Box {
    Box(around: [point(box.x1, box.y1), point(box.x2, box.y1), point(box.x2, box.y2), point(box.x1, box.y2)])
  }
}

extension Box {
  /// The smallest box around some points, of which there must be one.
  init(around points: [(x: Float, y: Float)]) {
    let xs = points.map(\.x), ys = points.map(\.y)
    self.init(x1: xs.min() ?? 0, y1: ys.min() ?? 0, x2: xs.max() ?? 0, y2: ys.max() ?? 0)
  }
}
