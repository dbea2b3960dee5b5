import Imaging

/// Turned about a centre. As torchvision's `rotate`: counter-clockwise; quarters of a turn about the middle move pixels
/// without interpolation.
public struct Rotation: GeometricTransform, FixedAugmentation {
  private let matrix: AffineMatrix
  private let turns: Int?
  private let center: (x: Double, y: Double)?
  private let expands: Bool
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// A rotation by degrees, counter-clockwise.
  ///
  /// - Parameters:
  ///   - expands: whether the result is as large as it takes to hold the turned picture.
  ///   - center: in pixels; nil for the picture's middle.
  ///   - fill: nil for zeros.
  /// - Throws: `AugmentationError.parameter` for numbers that are not finite.
  public init(
    degrees: Double, expands: Bool = false, center: (x: Double, y: Double)? = nil,
    interpolation: WarpInterpolation = .nearest, fill: Fill? = nil
  ) throws(AugmentationError) {
    try checkNumber(degrees, -1e6...1e6, "degrees", "rotate")
    try checkNumber(center?.x ?? 0, -1e6...1e6, "center", "rotate")
    try checkNumber(center?.y ?? 0, -1e6...1e6, "center", "rotate")
    let rest = degrees.truncatingRemainder(dividingBy: 360)
    let angle = rest < 0 ? rest + 360 : rest
    matrix = AffineMatrix(angle: -angle)
    turns = center == nil && angle.truncatingRemainder(dividingBy: 90) == 0 ? Int(angle / 90) % 4 : nil
    self.center = center
    self.expands = expands
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The turned image.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    if let turns {
      if turns == 0 { return image }
      if turns == 2 || expands || image.width == image.height { return try Self.turned(image, turns) }
    }
    let middle = center.map { ($0.x - Double(image.width) * 0.5, $0.y - Double(image.height) * 0.5) } ?? (0, 0)
    let coefficients = matrix.coefficients(center: middle, inverted: true)
    let result = expands ? AffineMatrix.expandedSize(of: image.size, coefficients) : image.size
    return try Warp(affine: coefficients, source: image.size, result: result)
      .image(image, as: layer, interpolation, fill)
  }

  /// The box around the turned corners, clipped to the result.
  public func moved(_ box: Box, in size: ImageSize) -> Box {
    let map = map(size), turned = map.box(box), origin = origin(map, size)
    return turned.translated(x: -origin.x, y: -origin.y).clipped(to: result(size))
  }

  /// The turned point.
  public func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    let map = map(size), place = map.point(point.x, point.y), origin = origin(map, size)
    return SampleKeypoint(x: place.x - origin.x, y: place.y - origin.y, visibility: point.visibility)
  }

  private func pivot(_ size: ImageSize) -> (x: Double, y: Double) {
    center ?? (Double(size.width) * 0.5, Double(size.height) * 0.5)
  }

  private func map(_ size: ImageSize) -> PointMap {
    PointMap(matrix.coefficients(center: pivot(size), inverted: false))
  }

  /// Where the expanded result begins.
  private func origin(_ map: PointMap, _ size: ImageSize) -> (x: Float, y: Float) {
    guard expands else { return (0, 0) }
    let frame = map.box(Box(x1: 0, y1: 0, x2: Float(size.width), y2: Float(size.height)))
    return (frame.x1, frame.y1)
  }

  private func result(_ size: ImageSize) -> ImageSize {
    guard expands else { return size }
    if let turns { return turns & 1 == 0 ? size : ImageSize(width: size.height, height: size.width) }
    return AffineMatrix.expandedSize(of: size, matrix.coefficients(center: pivot(size), inverted: true))
  }

  /// Quarters of a turn, counter-clockwise.
  private static func turned(_ image: Image, _ turns: Int) throws(AugmentationError) -> Image {
    let (w, h, channels) = (image.width, image.height, image.channels)
    let width = turns == 2 ? w : h, height = turns == 2 ? h : w
    return try Image.made(width, height, image.format) { target in
      image.pixels.withUnsafeBufferPointer { source in
        for y in 0..<height {
          for x in 0..<width {
            let from = turns == 1 ? (x, w - 1 - y) : turns == 2 ? (h - 1 - y, w - 1 - x) : (h - 1 - x, y)
            let place = (from.0 * w + from.1) * channels, to = (y * width + x) * channels
            for c in 0..<channels { target[to + c] = source[place + c] }
          }
        }
      }
    }
  }
}
