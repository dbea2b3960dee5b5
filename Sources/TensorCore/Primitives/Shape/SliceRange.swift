/// Which indices of an axis a slice takes: `start`, `start + step`, ... before `stop`, by NumPy's rules.
///
/// Negative bounds count from the end, bounds outside the axis are clamped, and nil stands for the end where the walk
/// begins or finishes (so that a step of -1 alone reverses the axis).
public struct SliceRange: Sendable, Hashable {
  /// The first index.
  public let start: Int?
  /// The index before which the walk ends.
  public let stop: Int?
  /// From one index to the next; not zero.
  public let step: Int

  /// `start:stop:step`.
  public init(_ start: Int? = nil, _ stop: Int? = nil, step: Int = 1) {
    self.start = start
    self.stop = stop
    self.step = step
  }

  /// The whole axis.
  public static let all = SliceRange()

  /// First index, step and number of indices on an axis of `size`. The step is 1 where at most one index is taken.
  func resolved(size: Int) throws(ShapeError) -> ResolvedRange {
    guard step != 0 else { throw ShapeError(.argument, Slice.name, "the step is zero") }
    // Going down, the place before the first element is -1.
    let low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1
    func clamped(_ bound: Int) -> Int { min(max(bound < 0 ? bound + size : bound, low), high) }
    let first = start.map(clamped) ?? (step > 0 ? low : high), end = stop.map(clamped) ?? (step > 0 ? high : low)
    let distance = step > 0 ? end - first : first - end
    let count = distance <= 0 ? 0 : Int((UInt(distance) + step.magnitude - 1) / step.magnitude)
    return ResolvedRange(start: count == 0 ? 0 : first, step: count > 1 ? step : 1, count: count)
  }
}

/// A slice of one axis whose indices all lie inside.
struct ResolvedRange {
  let start: Int, step: Int, count: Int
}
