extension Mask {
  /// The joint area of polygons, each `[x0, y0, x1, y1, ...]` in pixels, as COCO rasterises them: along the edges on a grid
  /// five times as fine, a pixel being inside where the edge that crosses its column's middle has passed it.
  ///
  /// Throws `ImageError.invalidMask` for fewer than three points, or coordinates that are not finite or beyond a million.
  public init(width: Int, height: Int, polygons: [[Double]]) throws(ImageError) {
    let area = try Self.checkedArea(width, height)
    var joint: Mask?
    for polygon in polygons {
      guard polygon.count >= 6, polygon.count.isMultiple(of: 2) else {
        throw .invalidMask("a polygon of \(polygon.count) numbers, expected an even count of at least 6")
      }
      guard polygon.allSatisfy({ abs($0) <= 1e6 }) else {
        throw .invalidMask("a polygon with a coordinate that is not finite or beyond 1000000")
      }
      let mask = Mask(
        unchecked: try PolygonRaster(width: width, height: height).runs(polygon), width: width, height: height)
      joint = try joint?.union(mask) ?? mask
    }
    self = joint ?? Mask(unchecked: [UInt32(area)], width: width, height: height)
  }

  /// The box as a mask, as COCO's `frBbox`: rasterised as its polygon.
  public init(width: Int, height: Int, box: Box) throws(ImageError) {
    let (x1, y1, x2, y2) = (Double(box.x1), Double(box.y1), Double(box.x2), Double(box.y2))
    try self.init(width: width, height: height, polygons: [[x1, y1, x1, y2, x2, y2, x2, y1]])
  }
}

/// One polygon to run lengths, number for number as COCO's `rleFrPoly`.
private struct PolygonRaster {
  let width: Int
  let height: Int
  /// Grid lines a pixel.
  private static let fineness = 5.0

  /// The runs between the places, counted down the columns, where an edge passes the middle of a column.
  ///
  /// Throws for edges of more than a hundred million grid points.
  func runs(_ polygon: [Double]) throws(ImageError) -> [UInt32] {
    let grid = polygon.map { Int(Self.fineness * $0 + 0.5) }
    let points = polygon.count / 2
    var crossings: [Int] = []
    var last: (x: Int, y: Int)?
    var steps = 0
    for index in 0..<points {
      let next = (index + 1) % points
      let (start, end) = ((grid[2 * index], grid[2 * index + 1]), (grid[2 * next], grid[2 * next + 1]))
      steps += max(abs(start.0 - end.0), abs(start.1 - end.1))
      guard steps <= 100_000_000 else { throw .invalidMask("a polygon whose edges are too long") }
      walk(from: start, to: end) { x, y in
        if let last, last.x != x, let crossing = crossing(column: x < last.x ? x : x - 1, line: min(y, last.y)) {
          crossings.append(crossing)
        }
        last = (x, y)
      }
    }
    crossings.sort()
    var runs = MaskRuns()
    var position = 0
    var isInside = false
    for crossing in crossings + [width * height] {
      runs.append(isInside, crossing - position)
      isInside.toggle()
      position = crossing
    }
    return runs.counts
  }

  /// Calls `visit` for the grid points of an edge, ends included. The minor coordinate is always reckoned from the same end.
  private func walk(from start: (x: Int, y: Int), to end: (x: Int, y: Int), _ visit: (Int, Int) -> Void) {
    let (dx, dy) = (abs(end.x - start.x), abs(end.y - start.y))
    let isFlat = dx >= dy
    let isFlipped = isFlat ? start.x > end.x : start.y > end.y
    let (low, high) = isFlipped ? (end, start) : (start, end)
    let length = isFlat ? dx : dy
    let slope = length == 0 ? 0 : isFlat ? Double(high.y - low.y) / Double(dx) : Double(high.x - low.x) / Double(dy)
    for step in 0...length {
      let t = isFlipped ? length - step : step
      if isFlat {
        visit(low.x + t, Int(Double(low.y) + slope * Double(t) + 0.5))
      } else {
        visit(Int(Double(low.x) + slope * Double(t) + 0.5), low.y + t)
      }
    }
  }

  /// The place of a crossing at this grid column and line, nil where that is no column's middle or outside.
  private func crossing(column: Int, line: Int) -> Int? {
    let x = (Double(column) + 0.5) / Self.fineness - 0.5
    guard x.rounded(.down) == x, x >= 0, x <= Double(width - 1) else { return nil }
    let y = min(max((Double(line) + 0.5) / Self.fineness - 0.5, 0), Double(height)).rounded(.up)
    return Int(x) * height + Int(y)
  }
}
