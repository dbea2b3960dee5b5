import Models
import TensorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which predictions of YOLOX are for which object: each object takes those of least cost, as many as its best overlaps add up to,
/// and a prediction that several want goes to the cheapest. Ge et al. 2021, arXiv 2107.08430; as the official code, version 0.3.
package struct SimOTA {
  /// An object by centre and size in input pixels.
  package struct Truth {
    package var x: Float, y: Float, width: Float, height: Float
    package var label: Int

    package init(x: Float, y: Float, width: Float, height: Float, label: Int) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
      self.label = label
    }
  }

  /// A prediction that is for an object.
  package struct Match {
    package var row: Int, object: Int
    /// Intersection over union of its box and the object's.
    package var overlap: Float
  }

  /// The grid cells, in the order of the rows.
  private let cells: [YOLOXCell]
  private let classes: Int

  package init(cells: [YOLOXCell], classes: Int) {
    self.cells = cells
    self.classes = classes
  }

  private static let centerRadius: Float = 2.5, candidates = 10, outsideCost: Float = 100_000

  /// The matches of an image by row: boxes `[A, 4]` (centre and size), logits of objectness `[A]` and of the classes `[A, K]`.
  package func matches(
    boxes: UnsafePointer<Float>, objectness: UnsafePointer<Float>, scores: UnsafePointer<Float>, truth: [Truth]
  ) -> [Match] {
    guard !truth.isEmpty else { return [] }
    let rows = cells.indices.filter { row in
      truth.contains { isInside(cells[row], $0) || isCentral(cells[row], $0) }
    }
    guard !rows.isEmpty else { return [] }
    var costs = [Float](repeating: 0, count: truth.count * rows.count), overlaps = costs
    for (place, row) in rows.enumerated() {
      let (absent, present) = entropies(objectness[row], scores + row * classes)
      for (index, object) in truth.enumerated() {
        let overlap = Self.overlap(boxes + 4 * row, object)
        let isNear = isInside(cells[row], object) && isCentral(cells[row], object)
        var cost = absent + (classes > object.label ? present[object.label] : 0)
        cost += 3 * -log(overlap + 1e-8)
        costs[index * rows.count + place] = isNear ? cost : cost + Self.outsideCost
        overlaps[index * rows.count + place] = overlap
      }
    }
    return assigned(rows, truth.count, costs, overlaps)
  }

  private func assigned(_ rows: [Int], _ objects: Int, _ costs: [Float], _ overlaps: [Float]) -> [Match] {
    var takers = [[Int]](repeating: [], count: rows.count)
    for object in 0..<objects {
      let line = object * rows.count..<(object + 1) * rows.count
      let best = overlaps[line].sorted(by: >).prefix(Self.candidates).reduce(0, +)
      let wanted = min(max(Int(best), 1), rows.count), cost = costs[line]
      let order = cost.indices.sorted { cost[$0] != cost[$1] ? cost[$0] < cost[$1] : $0 < $1 }
      for place in order.prefix(wanted) { takers[place - line.lowerBound].append(object) }
    }
    return rows.indices.compactMap { place in
      guard var object = takers[place].first else { return nil }
      if takers[place].count > 1 {
        // The cheapest of all objects, whether it asked or not.
        object = 0
        for other in 1..<objects where costs[other * rows.count + place] < costs[object * rows.count + place] {
          object = other
        }
      }
      return Match(row: rows[place], object: object, overlap: overlaps[object * rows.count + place])
    }
  }

  private func isInside(_ cell: YOLOXCell, _ object: Truth) -> Bool {
    let x = (cell.x + 0.5) * cell.stride, y = (cell.y + 0.5) * cell.stride
    return x > object.x - 0.5 * object.width && x < object.x + 0.5 * object.width
      && y > object.y - 0.5 * object.height && y < object.y + 0.5 * object.height
  }

  private func isCentral(_ cell: YOLOXCell, _ object: Truth) -> Bool {
    let x = (cell.x + 0.5) * cell.stride, y = (cell.y + 0.5) * cell.stride, reach = Self.centerRadius * cell.stride
    return abs(x - object.x) < reach && abs(y - object.y) < reach
  }

  /// The cross-entropy where no class is right, and what each class adds to it where it is the right one.
  private func entropies(_ objectness: Float, _ scores: UnsafePointer<Float>) -> (absent: Float, present: [Float]) {
    let share = 1 / (1 + exp(-objectness))
    var absent: Float = 0
    let present = (0..<classes).map { index -> Float in
      let p = (1 / (1 + exp(-scores[index])) * share).squareRoot()
      let without = -max(log1p(-p), -100), with = -max(log(p), -100)
      absent += without
      return with - without
    }
    return (absent, present)
  }

  private static func overlap(_ box: UnsafePointer<Float>, _ object: Truth) -> Float {
    let left = max(box[0] - box[2] / 2, object.x - object.width / 2)
    let right = min(box[0] + box[2] / 2, object.x + object.width / 2)
    let top = max(box[1] - box[3] / 2, object.y - object.height / 2)
    let bottom = min(box[1] + box[3] / 2, object.y + object.height / 2)
    guard left < right, top < bottom else { return 0 }
    let common = (right - left) * (bottom - top)
    return common / (box[2] * box[3] + object.width * object.height - common)
  }
}
