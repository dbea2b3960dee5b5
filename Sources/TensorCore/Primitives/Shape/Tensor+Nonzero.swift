import CKernels

extension Tensor {
  /// Where the elements are not zero: int64 `[number, rank]`, a row of axis indices each, in row-major order.
  ///
  /// Its shape depends on the values, so it is no primitive: it cannot be recorded or compiled. NaN is not zero.
  public func nonzero() throws(ShapeError) -> Tensor {
    try requireValues("nonzero")
    let size = dtype.byteSize, floating = dtype.isFloatingPoint
    let found = vk_nonzero(KernelISA.current, size, floating, count, view.pointer, nil)
    let flat = try Tensor(uninitialized: TensorSpec([found], .int64), operation: "nonzero")
    let positions = flat.mutableView.elements(as: Int64.self)
    _ = vk_nonzero(KernelISA.current, size, floating, count, view.pointer, positions)
    withExtendedLifetime(self) {}
    let result = try Tensor(uninitialized: TensorSpec([found, rank], .int64), operation: "nonzero")
    let rows = result.mutableView.elements(as: Int64.self)
    for row in 0..<found {
      var rest = Int(positions[row])
      for axis in shape.indices.reversed() {
        rows[row * rank + axis] = Int64(rest % shape[axis])
        rest /= shape[axis]
      }
    }
    withExtendedLifetime(flat) {}
    return result
  }
}
