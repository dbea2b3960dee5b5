import TensorCore

extension Tensor {
  /// The number of boxes of a float32 `[N, 4]` tensor (corners x1, y1, x2, y2) whose values can be read.
  func boxCount(_ operation: String) throws(ShapeError) -> Int {
    guard rank == 2, shape[1] == 4, dtype == .float32 else {
      throw ShapeError(.shape, operation, "boxes must be float32 [N, 4], these are \(spec)")
    }
    try requireValues(operation)
    return shape[0]
  }

  /// The slices of the first axis with these numbers, in their order.
  func rows(_ numbers: some Collection<Int>) throws(ShapeError) -> Tensor {
    try indexSelect(axis: 0, index: Tensor(Array(numbers), shape: [numbers.count]))
  }

  /// A float32 tensor whose elements `fill` writes, row-major.
  static func filled(
    _ shape: [Int], _ operation: String, _ fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws(ShapeError) -> Tensor {
    let result = try Tensor(uninitialized: TensorSpec(shape), operation: operation)
    fill(result.mutableView.floats)
    return result
  }
}
