import CKernels

/// Running sums along an axis.
package struct CumulativeSum: Primitive {
  package static let name = "cumulative sum"
  package static let onnxName = "CumSum"
  package let axis: Int

  package init(axis: Int) { self.axis = axis }

  package func dtypes(ofInput index: Int) -> DTypeSet { .numeric }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    _ = try inputs[0].checkedAxis(axis, Self.name)
    return [TensorSpec(inputs[0].shape, inputs[0].dtype.isFloatingPoint ? inputs[0].dtype : .int64)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let split = AxisSplit(inputs[0].shape, axis: axis)
    let from = inputs[0].dtype, to = outputs[0].dtype, x = inputs[0].pointer, y = outputs[0].pointer
    split.forEachBlock { outer, outerCount, inner, innerCount in
      let offset = outer * split.length * split.inner + inner
      vk_cumulative_sum(
        KernelISA.current, from.kernelType, x + offset * from.byteSize, y + offset * to.byteSize, outerCount,
        split.length, split.inner, innerCount)
    }
  }
}

extension Tensor {
  /// The sum of all values along `axis` up to each, taken in float64. Of integers int64, which wraps.
  public func cumulativeSum(axis: Int) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(CumulativeSum(axis: axis), self)
  }
}
