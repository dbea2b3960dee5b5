import CKernels

/// The index of the largest or smallest value along an axis, as int64.
package struct ArgExtreme: Primitive {
  package static let name = "argmax"
  package static let onnxName = "ArgMax"
  /// Whether the largest value is wanted, not the smallest.
  package let largest: Bool
  /// The axis that vanishes.
  package let axis: Int
  /// Whether it stays with size 1.
  package let keepAxis: Bool

  package init(largest: Bool, axis: Int, keepAxis: Bool) {
    self.largest = largest
    self.axis = axis
    self.keepAxis = keepAxis
  }

  package var operation: String { largest ? "argmax" : "argmin" }
  package var onnxOperator: String? { largest ? "ArgMax" : "ArgMin" }
  package func dtypes(ofInput index: Int) -> DTypeSet { .numeric }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    var shape = inputs[0].shape
    let positive = try inputs[0].checkedAxis(axis, operation)
    guard shape[positive] > 0 else {
      throw ShapeError(.shape, operation, "axis \(axis) has no elements (shape \(shape))")
    }
    if keepAxis { shape[positive] = 1 } else { shape.remove(at: positive) }
    return [TensorSpec(shape, .int64)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let split = AxisSplit(inputs[0].shape, axis: axis), dtype = inputs[0].dtype
    let x = inputs[0].pointer, y = outputs[0].elements(as: Int64.self)
    split.forEachBlock { outer, outerCount, inner, innerCount in
      vk_arg_extreme(
        KernelISA.current, dtype.kernelType, largest,
        x + (outer * split.length * split.inner + inner) * dtype.byteSize, outerCount, split.length, split.inner,
        innerCount, y + outer * split.inner + inner)
    }
  }
}

extension Tensor {
  /// The index of the largest value along `axis`, or in the flattened tensor for nil: the first of equal ones, or of NaNs
  /// where there are any. Shape without the axis, or with size 1 there with `keepAxis`; int64. Throws for no elements.
  public func argmax(axis: Int? = nil, keepAxis: Bool = false) throws(ShapeError) -> Tensor {
    try argExtreme(largest: true, axis, keepAxis)
  }

  /// The index of the smallest value; see `argmax(axis:keepAxis:)`.
  public func argmin(axis: Int? = nil, keepAxis: Bool = false) throws(ShapeError) -> Tensor {
    try argExtreme(largest: false, axis, keepAxis)
  }

  private func argExtreme(largest: Bool, _ axis: Int?, _ keepAxis: Bool) throws(ShapeError) -> Tensor {
    if let axis {
      return try Tensor.applySingle(ArgExtreme(largest: largest, axis: axis, keepAxis: keepAxis), self)
    }
    let flat = try reshape([count])
    let index = try Tensor.applySingle(ArgExtreme(largest: largest, axis: 0, keepAxis: false), flat)
    return keepAxis ? try index.reshape([Int](repeating: 1, count: rank)) : index
  }
}
