extension Tensor {
  /// The int64 numbers `start`, `start + step`, ... before `end`.
  public static func arange(from start: Int = 0, to end: Int, step: Int = 1) throws(ShapeError) -> Tensor {
    guard step != 0 else { throw ShapeError(.argument, "arange", "the step is zero") }
    guard step > 0 ? end > start : end < start else { return try Tensor([] as [Int], shape: [0]) }
    // The distance fits 64 bits without a sign, whatever the ends.
    let distance = step > 0 ? UInt(bitPattern: end &- start) : UInt(bitPattern: start &- end)
    let count = (distance - 1) / step.magnitude + 1
    let spec = TensorSpec([Int(clamping: count)], .int64)
    try spec.checkedCount("arange")
    let result = try Tensor(uninitialized: spec, operation: "arange")
    let values = result.mutableView.elements(as: Int64.self)
    for index in 0..<spec.count { values[index] = Int64(start &+ index &* step) }
    return result
  }

  /// The float32 numbers `start`, `start + step`, ... before `end`, computed in double precision.
  public static func arange(from start: Double, to end: Double, step: Double = 1) throws(ShapeError) -> Tensor {
    let count = ((end - start) / step).rounded(.up)
    guard step != 0, count.isFinite, count < 0x1p53 else {
      throw ShapeError(.argument, "arange", "from \(start) to \(end) by \(step) has no end")
    }
    let result = try Tensor(uninitialized: TensorSpec([Int(Swift.max(count, 0))]), operation: "arange")
    let values = result.mutableView.floats
    for index in 0..<result.count { values[index] = Float(start + Double(index) * step) }
    return result
  }

  /// `count` float32 numbers from `start` to `end`, both included, at equal distances.
  public static func linspace(from start: Double, to end: Double, count: Int) throws(ShapeError) -> Tensor {
    guard count >= 0 else { throw ShapeError(.argument, "linspace", "count \(count)") }
    let result = try Tensor(uninitialized: TensorSpec([count]), operation: "linspace")
    let values = result.mutableView.floats, step = (end - start) / Double(Swift.max(count - 1, 1))
    // Counted from the nearer end, so that both ends are exact.
    for index in 0..<count {
      values[index] = Float(
        index < (count + 1) / 2 ? start + step * Double(index) : end - step * Double(count - 1 - index))
    }
    return result
  }
}
