extension ResampleTable {
  /// The table that carries gradients back: which outputs each of `size` input elements went into, with the same weights.
  ///
  /// The outputs that read an element follow each other, so that each element has a window of them.
  func transposed(to size: Int) -> ResampleTable {
    var first = [Int](repeating: count, count: size), last = [Int](repeating: -1, count: size)
    for output in 0..<count {
      for tap in 0..<taps where weight(tap, output) != 0 {
        let input = Int(indices[tap * count + output])
        first[input] = min(first[input], output)
        last[input] = max(last[input], output)
      }
    }
    let width = (0..<size).reduce(1) { max($0, last[$1] - first[$1] + 1) }
    // Windows that reach past the end begin earlier: their rows must be different ones.
    let starts = first.map { min($0, count - width) }
    var places = [Int32](repeating: 0, count: width * size), factors = [Float](repeating: 0, count: width * size)
    for input in 0..<size {
      for tap in 0..<width { places[tap * size + input] = Int32(starts[input] + tap) }
    }
    for output in 0..<count {
      for tap in 0..<taps where weight(tap, output) != 0 {
        let input = Int(indices[tap * count + output])
        factors[(output - starts[input]) * size + input] += weight(tap, output)
      }
    }
    return ResampleTable(taps: width, count: size, indices: places, weights: factors)
  }

  private func weight(_ tap: Int, _ output: Int) -> Float { weights.isEmpty ? 1 : weights[tap * count + output] }

  /// The table of an adaptive mean's windows, `floor(i size / count) ..< ceil((i + 1) size / count)`.
  static func adaptiveMeans(from size: Int, to count: Int) -> ResampleTable {
    let windows = (0..<count).map { $0 * size / count..<(($0 + 1) * size + count - 1) / count }
    let width = windows.reduce(1) { max($0, $1.count) }
    var places = [Int32](repeating: 0, count: width * count), factors = [Float](repeating: 0, count: width * count)
    for (output, window) in windows.enumerated() {
      for tap in 0..<width {
        places[tap * count + output] = Int32(min(window.lowerBound + tap, size - 1))
        if tap < window.count { factors[tap * count + output] = 1 / Float(window.count) }
      }
    }
    return ResampleTable(taps: width, count: count, indices: places, weights: factors)
  }
}
