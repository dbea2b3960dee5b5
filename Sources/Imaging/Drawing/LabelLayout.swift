/// Finds places for labels: inside the picture, at their boxes, off one another where there is room.
struct LabelLayout {
  let size: ImageSize
  private var taken: [Box] = []

  init(size: ImageSize) { self.size = size }

  /// The place of a label of this size at a box. `edge` is half a line's width: labels begin where lines do.
  mutating func place(width: Float, height: Float, at box: Box, edge: Float) -> Box {
    let (left, right) = (box.x1 - edge, box.x2 + edge - width)
    let (above, below) = (box.y1 + edge - height, box.y2 - edge)
    let (top, bottom) = (box.y1 - edge, box.y2 + edge - height)
    let corners = [
      (left, above), (left, top), (right, above), (right, top), (left, below), (left, bottom), (right, below),
      (right, bottom),
    ]
    var best: (place: Box, cost: Float)?
    for (order, (x, y)) in corners.enumerated() {
      let place = Self.kept(Box(x: x, y: y, width: width, height: height), in: size)
      // What is moved to stay in the picture no longer stands at its corner.
      let moved = abs(place.x1 - x) * 0.1 + abs(place.y1 - y)
      let covered = taken.reduce(Float(0)) { $0 + ($1.intersection(place)?.area ?? 0) }
      let cost = covered / (width * height) * 100 + moved / height * 4 + Float(order)
      if cost < best?.cost ?? .infinity { best = (place, cost) }
    }
    let place = best?.place ?? Self.kept(Box(x: left, y: top, width: width, height: height), in: size)
    taken.append(place)
    return place
  }

  /// The label moved into the picture, on whole pixels.
  static func kept(_ box: Box, in size: ImageSize) -> Box {
    let x = min(max(box.x1.rounded(), 0), max(Float(size.width) - box.width, 0))
    let y = min(max(box.y1.rounded(), 0), max(Float(size.height) - box.height, 0))
    return Box(x: x, y: y, width: box.width, height: box.height)
  }
}
