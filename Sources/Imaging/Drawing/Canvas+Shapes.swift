extension Canvas {
  /// Fills a rectangle with round corners. Edges between pixels are mixed in by what they cover.
  package mutating func fill(_ box: Box, radius: Float = 0, _ color: Color, opacity: Float = 1) {
    let radius = max(min(radius, box.width / 2, box.height / 2), 0)
    guard radius > 0 else {
      // A sharp rectangle covers a pixel by the product of its two overlaps: exact even when it is thinner than a pixel.
      paint(box, color, opacity: opacity) { x, y in
        max(min(x + 0.5, box.x2) - max(x - 0.5, box.x1), 0) * max(min(y + 0.5, box.y2) - max(y - 0.5, box.y1), 0)
      }
      return
    }
    paint(box, color, opacity: opacity) { x, y in
      min(max(0.5 - Self.distance(x, y, to: box, radius: radius), 0), 1)
    }
  }

  /// Draws a rectangle's outline, `width` pixels wide, its middle on the box's edges.
  package mutating func stroke(_ box: Box, width: Float, radius: Float = 0, _ color: Color, opacity: Float = 1) {
    let radius = max(min(radius, box.width / 2, box.height / 2), 0)
    let half = width / 2
    let reach = half + 1 + radius
    let outer = Box(x1: box.x1 - half - 1, y1: box.y1 - half - 1, x2: box.x2 + half + 1, y2: box.y2 + half + 1)
    let upper = (box.y1 + reach).rounded(.up), lower = (box.y2 - reach).rounded(.down)
    let left = (box.x1 + reach).rounded(.up), right = (box.x2 - reach).rounded(.down)
    // Only the four bands around the edges: whole pixels, that none be painted twice.
    let bands =
      upper < lower && left < right
      ? [
        Box(x1: outer.x1, y1: outer.y1, x2: outer.x2, y2: upper),
        Box(x1: outer.x1, y1: lower, x2: outer.x2, y2: outer.y2),
        Box(x1: outer.x1, y1: upper, x2: left, y2: lower), Box(x1: right, y1: upper, x2: outer.x2, y2: lower),
      ] : [outer]
    for band in bands {
      paint(band, color, opacity: opacity) { x, y in
        let distance = abs(Self.distance(x, y, to: box, radius: radius)) - half
        return min(max(0.5 - distance, 0), 1) * min(width, 1)
      }
    }
  }

  /// Draws lines from point to point, `width` pixels wide, with round ends; every pixel is mixed in once.
  package mutating func polyline(
    _ points: [(x: Float, y: Float)], width: Float, isClosed: Bool = false, _ color: Color, opacity: Float = 1
  ) {
    guard let first = points.first, points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return }
    let corners = isClosed ? points + [first] : points
    let half = width / 2
    let reach = half + 1
    let area = Box(
      x1: (corners.map(\.x).min() ?? 0) - reach, y1: (corners.map(\.y).min() ?? 0) - reach,
      x2: (corners.map(\.x).max() ?? 0) + reach, y2: (corners.map(\.y).max() ?? 0) + reach
    ).clipped(width: Float(self.width), height: Float(height))
    let left = Int(area.x1), top = Int(area.y1)
    let columns = Int(area.x2.rounded(.up)) - left, rows = Int(area.y2.rounded(.up)) - top
    guard columns > 0, rows > 0 else { return }
    // The distance to the nearest line, each line looking only at the pixels around it.
    var nearest = [Float](repeating: .infinity, count: columns * rows)
    for (a, b) in zip(corners, corners.dropFirst().isEmpty ? corners[...] : corners.dropFirst()) {
      let x1 = max(Int((min(a.x, b.x) - reach).rounded(.down)) - left, 0)
      let x2 = min(Int((max(a.x, b.x) + reach).rounded(.up)) - left, columns)
      let y1 = max(Int((min(a.y, b.y) - reach).rounded(.down)) - top, 0)
      let y2 = min(Int((max(a.y, b.y) + reach).rounded(.up)) - top, rows)
      guard x1 < x2, y1 < y2 else { continue }
      for y in y1..<y2 {
        for x in x1..<x2 {
          let distance = Self.distance(Float(x + left) + 0.5, Float(y + top) + 0.5, from: a, to: b)
          nearest[y * columns + x] = min(nearest[y * columns + x], distance)
        }
      }
    }
    let coverage = nearest.map { min(max(0.5 + half - $0, 0), 1) * min(width, 1) * opacity }
    paint(coverage, columns: columns, left: left, top: top, color)
  }

  /// Fills a disc.
  package mutating func disc(x: Float, y: Float, radius: Float, _ color: Color, opacity: Float = 1) {
    let box = Box(centerX: x, centerY: y, width: 2 * radius + 2, height: 2 * radius + 2)
    paint(box, color, opacity: opacity) { px, py in
      min(max(0.5 + radius - ((px - x) * (px - x) + (py - y) * (py - y)).squareRoot(), 0), 1)
    }
  }

  /// Mixes `color` into the pixels of a mask, and more of it into its outermost pixels.
  mutating func fill(_ mask: Mask, _ color: Color, opacity: Float, outline: Float) {
    guard let box = mask.boundingBox else { return }
    let inside = mask.pixels
    for y in Int(box.y1)..<min(Int(box.y2), height) {
      for x in Int(box.x1)..<min(Int(box.x2), width) where inside[y * mask.width + x] != 0 {
        let place = y * mask.width + x
        let isEdge =
          x == 0 || y == 0 || x == mask.width - 1 || y == mask.height - 1 || inside[place - 1] == 0
          || inside[place + 1] == 0 || inside[place - mask.width] == 0 || inside[place + mask.width] == 0
        paint(x: x, y: y, color, opacity: isEdge ? outline : opacity)
      }
    }
  }

  /// The distance of a point to a rectangle with round corners; negative inside.
  private static func distance(_ x: Float, _ y: Float, to box: Box, radius: Float) -> Float {
    let dx = abs(x - box.centerX) - box.width / 2 + radius, dy = abs(y - box.centerY) - box.height / 2 + radius
    let (ox, oy) = (max(dx, 0), max(dy, 0))
    return (ox * ox + oy * oy).squareRoot() + min(max(dx, dy), 0) - radius
  }

  /// The distance of a point to a line from `a` to `b`.
  private static func distance(_ x: Float, _ y: Float, from a: (x: Float, y: Float), to b: (x: Float, y: Float))
    -> Float
  {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = dx * dx + dy * dy
    let t = length > 0 ? min(max(((x - a.x) * dx + (y - a.y) * dy) / length, 0), 1) : 0
    let (px, py) = (x - a.x - t * dx, y - a.y - t * dy)
    return (px * px + py * py).squareRoot()
  }
}
