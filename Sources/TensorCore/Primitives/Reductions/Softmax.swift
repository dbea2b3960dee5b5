import CKernels

/// e^x over the sum of e^x along an axis, or its logarithm.
package struct Softmax: Primitive {
  package static let name = "softmax"
  package static let onnxName = "Softmax"
  package let axis: Int
  /// Whether the result is the logarithm.
  package let logarithm: Bool

  package init(axis: Int, logarithm: Bool) {
    self.axis = axis
    self.logarithm = logarithm
  }

  package var operation: String { logarithm ? "log-softmax" : "softmax" }
  package var onnxOperator: String? { logarithm ? "LogSoftmax" : "Softmax" }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    _ = try inputs[0].checkedAxis(axis, operation)
    return inputs
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let split = AxisSplit(inputs[0].shape, axis: axis)
    let x = inputs[0].floats, y = outputs[0].floats
    split.forEachBlock { outer, outerCount, inner, innerCount in
      let offset = outer * split.length * split.inner + inner
      vk_softmax_f32(
        KernelISA.current, logarithm, x + offset, y + offset, outerCount, split.length, split.inner, innerCount)
    }
  }
}

extension Tensor {
  /// Softmax along `axis`: positive values that add to 1. NaN along the axis where a value is NaN or +infinity. Floating
  /// point.
  public func softmax(axis: Int) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Softmax(axis: axis, logarithm: false), self)
  }

  /// The logarithm of softmax along `axis`, accurate where softmax underflows. Floating point.
  public func logSoftmax(axis: Int) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Softmax(axis: axis, logarithm: true), self)
  }
}
