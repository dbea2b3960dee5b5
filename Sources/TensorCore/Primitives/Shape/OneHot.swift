/// For each index a new last axis of zeros with a one at the index.
package struct OneHot: Primitive {
  package static let name = "oneHot"
  package static let onnxName = "OneHot"
  package let classes: Int
  package let dtype: DType

  package init(classes: Int, dtype: DType) {
    self.classes = classes
    self.dtype = dtype
  }

  package func dtypes(ofInput index: Int) -> DTypeSet { .indices }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard classes > 0 else { throw ShapeError(.argument, Self.name, "\(classes) classes", shapes: inputs[0].shape) }
    let spec = TensorSpec(inputs[0].shape + [classes], dtype)
    try spec.checkedCount(Self.name)
    return [spec]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let indices = inputs[0].elements(as: Int64.self), target = outputs[0].pointer, size = dtype.byteSize
    let rowBytes = classes * size
    Parallel.ranges(inputs[0].count, grain: max((1 << 18) / rowBytes, 1)) { range in
      var one = dtype.elementBits(1).littleEndian
      target.advanced(by: range.lowerBound * rowBytes).initializeMemory(
        as: UInt8.self, repeating: 0, count: range.count * rowBytes)
      for row in range where indices[row] >= 0 && indices[row] < classes {
        (target + row * rowBytes + Int(indices[row]) * size).copyMemory(from: &one, byteCount: size)
      }
    }
  }
}

extension Tensor {
  /// For each class number a new last axis of zeros with a one at that class: int64 `[...]` -> `[..., classes]`.
  ///
  /// The values are checked before anything is computed; one outside `0 ..< classes` is an error.
  public func oneHot(classes: Int, dtype: DType = .int64) throws(ShapeError) -> Tensor {
    if classes > 0 { try checkIndices(below: classes, axis: rank, OneHot.name) }
    return try .applySingle(OneHot(classes: classes, dtype: dtype), self)
  }
}
