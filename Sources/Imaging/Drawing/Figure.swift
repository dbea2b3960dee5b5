/// Points and the lines between some of them, in pixels of a picture.
public struct Figure: Sendable, Equatable {
  /// A place in a picture.
  public struct Point: Sendable, Equatable {
    /// Pixels from the left edge.
    public var x: Float
    /// Pixels from the upper edge.
    public var y: Float

    /// A place.
    public init(x: Float, y: Float) {
      self.x = x
      self.y = y
    }
  }

  /// The points.
  public var points: [Point]
  /// Lines, each through two points or more.
  public var lines: [[Point]]

  /// A figure.
  public init(points: [Point], lines: [[Point]] = []) {
    self.points = points
    self.lines = lines
  }
}

extension Canvas {
  /// Draws the lines, then the points as discs, on a dark rim that keeps them visible on their own colour.
  mutating func draw(_ figure: Figure, width: Float, _ color: Color) {
    let radius = width * 1.2, rim = max(width * 0.25, 0.75)
    for line in figure.lines where line.count > 1 {
      let corners = line.map { (x: $0.x, y: $0.y) }
      polyline(corners, width: width + 2 * rim, .black, opacity: 0.3)
      polyline(corners, width: width, color)
    }
    for point in figure.points where point.x.isFinite && point.y.isFinite {
      disc(x: point.x, y: point.y, radius: radius + rim, .black, opacity: 0.6)
      disc(x: point.x, y: point.y, radius: radius, color)
    }
  }
}
