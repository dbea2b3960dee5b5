import TensorCore

/// A line search for the strong Wolfe conditions by cubic interpolation, as PyTorch's, which follows minFunc (Schmidt 2005).
struct WolfeSearch {
  typealias Point = FlatObjective.Point

  let objective: FlatObjective
  let origin: Tensor
  let direction: Tensor
  /// What is known at the origin.
  let start: Point

  private static let decrease = 1e-4, curvature = 0.9

  private func decreases(_ point: Point) -> Bool {
    !(point.loss > start.loss + Self.decrease * point.length * start.slope)
  }
  private func isFlat(_ point: Point) -> Bool { abs(point.slope) <= -Self.curvature * start.slope }

  /// The place found, and how often the objective was evaluated. `most` bounds the iterations.
  func run(length: Double, tolerance: Double, most: Int) throws -> (Point, Int) {
    let size = try direction.largestMagnitude()
    var now = try objective.evaluate(origin, direction, length), before = start
    var evaluations = 1, iteration = 0
    var bracket: [Point] = [], done = false
    while iteration < most {
      if !decreases(now) || (iteration > 1 && now.loss >= before.loss) {
        bracket = [before, now]
        break
      }
      if isFlat(now) {
        bracket = [now]
        done = true
        break
      }
      if now.slope >= 0 {
        bracket = [before, now]
        break
      }
      let next = Self.interpolate(
        before, now, low: now.length + 0.01 * (now.length - before.length), high: now.length * 10)
      before = now
      now = try objective.evaluate(origin, direction, next)
      evaluations += 1
      iteration += 1
    }
    if bracket.isEmpty { bracket = [start, now] }
    guard !done, bracket.count == 2 else { return (bracket[0], evaluations) }
    var low = bracket[0].loss <= bracket[1].loss ? 0 : 1
    var lacksProgress = false
    while !done, iteration < most, abs(bracket[1].length - bracket[0].length) * size >= tolerance {
      let smallest = min(bracket[0].length, bracket[1].length), largest = max(bracket[0].length, bracket[1].length)
      var next = Self.interpolate(bracket[0], bracket[1], low: smallest, high: largest)
      let margin = 0.1 * (largest - smallest)
      if min(largest - next, next - smallest) < margin {
        if lacksProgress || next >= largest || next <= smallest {
          next = abs(next - largest) < abs(next - smallest) ? largest - margin : smallest + margin
          lacksProgress = false
        } else {
          lacksProgress = true
        }
      } else {
        lacksProgress = false
      }
      now = try objective.evaluate(origin, direction, next)
      evaluations += 1
      iteration += 1
      if !decreases(now) || now.loss >= bracket[low].loss {
        bracket[1 - low] = now
        low = bracket[0].loss <= bracket[1].loss ? 0 : 1
      } else {
        if isFlat(now) {
          done = true
        } else if now.slope * (bracket[1 - low].length - bracket[low].length) >= 0 {
          bracket[1 - low] = bracket[low]
        }
        bracket[low] = now
      }
    }
    return (bracket[low], evaluations)
  }

  /// The minimum of the cubic through two places and their slopes, within bounds; the middle where there is none.
  private static func interpolate(_ a: Point, _ b: Point, low: Double, high: Double) -> Double {
    let d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
    let square = d1 * d1 - a.slope * b.slope
    guard square >= 0 else { return (low + high) / 2 }
    let d2 = square.squareRoot()
    let (left, right) = a.length <= b.length ? (a, b) : (b, a)
    let place =
      right.length - (right.length - left.length)
      * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2))
    return min(max(place, low), high)
  }
}
