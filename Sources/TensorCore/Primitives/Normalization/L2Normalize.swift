import CKernels

/// Division by the Euclidean length along one axis.
package struct L2Normalize: Primitive {
  package static let name = "l2Normalize"
  package static let onnxName = "LpNormalization"

  package let axis: Int
  package let epsilon: Double

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    _ = try inputs[0].checkedAxis(axis, Self.name)
    try ChannelParameters.check(epsilon: epsilon, Self.name)
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats, shape = inputs[0].shape
    let position = axis < 0 ? axis + shape.count : axis
    let size = shape[position], inner = shape.dropFirst(position + 1).reduce(1, *)
    let block = size * inner
    guard inputs[0].count > 0 else { return }
    Parallel.ranges(inputs[0].count / block, grain: 65_536 / block + 1) { range in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: inner) { workspace in
        for index in range {
          vk_l2_normalize(
            KernelISA.current, source + index * block, target + index * block, size, inner, Float(epsilon),
            workspace.baseAddress)
        }
      }
    }
  }
}

extension Tensor {
  /// `x / max(length, epsilon)`, the Euclidean length along `axis`. Any shape -> the same.
  public func l2Normalize(axis: Int = 1, epsilon: Double = 1e-12) throws(ShapeError) -> Tensor {
    try .applySingle(L2Normalize(axis: axis, epsilon: epsilon), self)
  }
}
