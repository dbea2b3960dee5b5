import Imaging

/// Turned, moved, scaled and sheared about a centre, within the picture's size. As torchvision's `affine`.
public struct Affine: GeometricTransform, FixedAugmentation {
  private let matrix: AffineMatrix
  private let center: (x: Double, y: Double)?
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// An affine map.
  ///
  /// - Parameters:
  ///   - angle: degrees, clockwise.
  ///   - translate: pixels to the right and down.
  ///   - scale: above 0.
  ///   - shear: degrees.
  ///   - center: in pixels; nil for the picture's.
  ///   - fill: nil for zeros.
  /// - Throws: `AugmentationError.parameter` for numbers that are not finite or out of range.
  public init(
    angle: Double = 0, translate: (x: Double, y: Double) = (0, 0), scale: Double = 1,
    shear: (x: Double, y: Double) = (0, 0), center: (x: Double, y: Double)? = nil,
    interpolation: WarpInterpolation = .nearest, fill: Fill? = nil
  ) throws(AugmentationError) {
    let limit = -1e6...1e6
    for (name, value) in [
      ("the angle", angle), ("translate", translate.x), ("translate", translate.y), ("shear", shear.x),
      ("shear", shear.y), ("center", center?.x ?? 0), ("center", center?.y ?? 0),
    ] { try checkNumber(value, limit, name, "affine") }
    guard scale.isFinite, scale > 1e-6, scale < 1e6 else {
      throw .parameter("affine", "scale is \(scale); expected a number above 0")
    }
    matrix = AffineMatrix(angle: angle, translate: translate, scale: scale, shear: shear)
    self.center = center
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The warped image.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    // The grid counts from the picture's middle.
    let middle = center.map { ($0.x - Double(image.width) * 0.5, $0.y - Double(image.height) * 0.5) } ?? (0, 0)
    let warp = Warp(
      affine: matrix.coefficients(center: middle, inverted: true), source: image.size, result: image.size)
    return try warp.image(image, as: layer, interpolation, fill)
  }

  /// The box around the moved corners, clipped to the picture.
  public func moved(_ box: Box, in size: ImageSize) -> Box { map(size).box(box).clipped(to: size) }

  /// The moved point.
  public func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    let place = map(size).point(point.x, point.y)
    return SampleKeypoint(x: place.x, y: place.y, visibility: point.visibility)
  }

  private func map(_ size: ImageSize) -> PointMap {
    let center = center ?? (Double(size.width) * 0.5, Double(size.height) * 0.5)
    return PointMap(matrix.coefficients(center: center, inverted: false))
  }
}
