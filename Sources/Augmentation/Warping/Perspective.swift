import Imaging

/// Projected onto another plane, within the picture's size. As torchvision's `perspective`.
public struct Perspective: GeometricTransform, FixedAugmentation, Hashable {
  /// a to h: the result's (x, y) comes from ((ax + by + c) / (gx + hy + 1), (dx + ey + f) / (gx + hy + 1)).
  public let coefficients: [Float]
  private let back: [Float]
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// A projection by its eight coefficients, from the result to the source. Throws `AugmentationError.parameter` where
  /// there are not eight, one is not finite, or the projection cannot be turned round for boxes.
  public init(
    coefficients c: [Float], interpolation: WarpInterpolation = .bilinear, fill: Fill? = nil
  ) throws(AugmentationError) {
    guard c.count == 8, c.allSatisfy(\.isFinite) else {
      throw .parameter("perspective", "expected eight finite coefficients, found \(c)")
    }
    let d = c.map { Double($0) }
    let divisor = d[0] * d[4] - d[1] * d[3]
    guard divisor != 0 else { throw .parameter("perspective", "its four corners do not span a plane") }
    coefficients = c
    back = [
      d[4] - d[5] * d[7], d[2] * d[7] - d[1], d[1] * d[5] - d[2] * d[4], d[5] * d[6] - d[3], d[0] - d[2] * d[6],
      d[2] * d[3] - d[0] * d[5], d[3] * d[7] - d[4] * d[6], d[1] * d[6] - d[0] * d[7],
    ].map { Float($0 / divisor) }
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The projection that moves four points, top left first and clockwise, to four others.
  public init(
    from start: [(x: Double, y: Double)], to end: [(x: Double, y: Double)],
    interpolation: WarpInterpolation = .bilinear,
    fill: Fill? = nil
  ) throws(AugmentationError) {
    guard start.count == 4, end.count == 4 else {
      throw .parameter("perspective", "\(start.count) and \(end.count) corners; expected four and four")
    }
    var rows: [[Double]] = []
    for (to, from) in zip(end, start) {
      rows.append([to.x, to.y, 1, 0, 0, 0, -from.x * to.x, -from.x * to.y, from.x])
      rows.append([0, 0, 0, to.x, to.y, 1, -from.y * to.x, -from.y * to.y, from.y])
    }
    try self.init(coefficients: Self.solve(rows).map { Float($0) }, interpolation: interpolation, fill: fill)
  }

  /// The projected image.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    try Warp(perspective: coefficients, size: image.size).image(image, as: layer, interpolation, fill)
  }

  /// The box around the projected corners, clipped to the picture.
  public func moved(_ box: Box, in size: ImageSize) -> Box {
    Box(around: [(box.x1, box.y1), (box.x2, box.y1), (box.x2, box.y2), (box.x1, box.y2)].map(point))
      .clipped(to: size)
  }

  /// The projected point.
  public func moved(_ place: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    let (x, y) = point((place.x, place.y))
    return SampleKeypoint(x: x, y: y, visibility: place.visibility)
  }

  private func point(_ p: (x: Float, y: Float)) -> (x: Float, y: Float) {
    let below = p.x * back[6] + p.y * back[7] + 1
    return ((p.x * back[0] + p.y * back[1] + back[2]) / below, (p.x * back[3] + p.y * back[4] + back[5]) / below)
  }

  /// Eight equations by Gauss's elimination with pivots.
  private static func solve(_ rows: [[Double]]) throws(AugmentationError) -> [Double] {
    var a = rows
    for k in 0..<8 {
      let pivot = (k..<8).max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
      a.swapAt(k, pivot)
      guard abs(a[k][k]) > 1e-12 else { throw .parameter("perspective", "its four corners do not span a plane") }
      for i in 0..<8 where i != k {
        let factor = a[i][k] / a[k][k]
        for j in k..<9 { a[i][j] -= factor * a[k][j] }
      }
    }
    return (0..<8).map { a[$0][8] / a[$0][$0] }
  }
}
