/// Which input elements make each output element along one axis, and with which weights.
///
/// Coordinates are computed in float32 with PyTorch's formulas, so that the same elements are chosen where a coordinate
/// falls on a border.
struct ResampleTable {
  /// Elements that make one.
  let taps: Int
  /// Output elements.
  let count: Int
  /// Element `t * count + x`: where tap `t` of output `x` lies.
  private(set) var indices: [Int32]
  /// Element `t * count + x`: the weight of tap `t` of output `x`. Empty for nearest: one tap of weight 1.
  private(set) var weights: [Float] = []
  /// Whether every input element is simply taken twice.
  private(set) var isDoubling = false

  /// The table from `size` to `count` elements; `factor` is the scale that the user gave, if any.
  init(
    from size: Int, to count: Int, factor: Double?, mode: InterpolationMode, alignCorners: Bool, antialias: Bool
  ) {
    self.count = count
    let step: Float
    if size == count, mode == .nearest || mode == .bilinear || antialias {
      // Where the size stays the factor is ignored, as PyTorch does in these modes.
      step = 1
    } else if alignCorners {
      step = count > 1 ? Float(size - 1) / Float(count - 1) : 0
    } else {
      step = factor.map { Float(1 / $0) } ?? Float(size) / Float(count)
    }
    if !mode.isSmooth {
      taps = 1
      let offset: Float = mode == .nearestExact ? 0.5 : 0
      indices = (0..<count).map { Int32(min(Int(((Float($0) + offset) * step).rounded(.down)), size - 1)) }
      isDoubling = count == 2 * size && indices.indices.allSatisfy { indices[$0] == Int32($0 / 2) }
      return
    }
    let width = mode == .bilinear ? 2 : 4
    let support = Float(width) / 2 * max(step, 1)
    taps = antialias ? min(Int(support.rounded(.up)) * 2 + 1, size) : width
    indices = Array(repeating: 0, count: taps * count)
    weights = Array(repeating: 0, count: taps * count)
    for output in 0..<count {
      if antialias {
        fillAntialiased(output, size, step, support, mode)
      } else if mode == .bilinear {
        fillLinear(output, size, step, alignCorners)
      } else {
        fillCubic(output, size, step, alignCorners)
      }
    }
  }

  /// A table of given taps, element `t * count + x` those of output `x`.
  init(taps: Int, count: Int, indices: [Int32], weights: [Float]) {
    self.taps = taps
    self.count = count
    self.indices = indices
    self.weights = weights
  }

  private mutating func set(_ tap: Int, _ output: Int, _ index: Int, _ weight: Float) {
    indices[tap * count + output] = Int32(index)
    weights[tap * count + output] = weight
  }

  private mutating func fillLinear(_ output: Int, _ size: Int, _ step: Float, _ alignCorners: Bool) {
    let place = alignCorners ? step * Float(output) : max(step * (Float(output) + 0.5) - 0.5, 0)
    let first = min(Int(place), size - 1)
    let fraction = min(max(place - Float(first), 0), 1)
    set(0, output, first, 1 - fraction)
    set(1, output, min(first + 1, size - 1), fraction)
  }

  private mutating func fillCubic(_ output: Int, _ size: Int, _ step: Float, _ alignCorners: Bool) {
    let place = alignCorners ? step * Float(output) : step * (Float(output) + 0.5) - 0.5
    let first = min(Int(place.rounded(.down)), size - 1)
    let fraction = min(max(place - Float(first), 0), 1)
    for tap in 0..<4 {
      let weight = Self.cubic(abs(fraction - Float(tap - 1)), -0.75)
      set(tap, output, min(max(first + tap - 1, 0), size - 1), weight)
    }
  }

  private mutating func fillAntialiased(
    _ output: Int, _ size: Int, _ step: Float, _ support: Float, _ mode: InterpolationMode
  ) {
    let centre = step * (Float(output) + 0.5)
    let inverse = 1 / max(step, 1)
    let start = min(max(Int(centre - support + 0.5), 0), size - 1)
    let end = min(max(Int(centre + support + 0.5), start + 1), size, start + taps)
    var total: Float = 0
    for index in start..<end {
      let distance = abs((Float(index) - centre + 0.5) * inverse)
      let weight = mode == .bilinear ? max(1 - distance, 0) : Self.cubic(distance, -0.5)
      set(index - start, output, index, weight)
      total += weight
    }
    for tap in 0..<taps {
      if start + tap >= end {
        set(tap, output, end - 1, 0)
      } else if total != 0 {
        weights[tap * count + output] /= total
      }
    }
  }

  /// Keys' cubic convolution kernel at a distance from 0 on (1981).
  private static func cubic(_ x: Float, _ a: Float) -> Float {
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
  }
}
