import CKernels

/// Elements of one tensor where a condition holds, of another elsewhere; all three broadcast.
package struct Where: Primitive {
  package static let name = "where"
  package static let onnxName = "Where"
  package init() {}

  package var takesHalfPrecision: Bool { true }
  package func dtypes(ofInput index: Int) -> DTypeSet { index == 0 ? .bool : .any }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[1].dtype == inputs[2].dtype else {
      throw ShapeError(.dtype, Self.name, "the choices are \(inputs[1]) and \(inputs[2]); cast one of them")
    }
    let choices = try Broadcast.shape(inputs[1].shape, inputs[2].shape, Self.name)
    return [TensorSpec(try Broadcast.shape(inputs[0].shape, choices, Self.name), inputs[1].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let plan = Broadcast(inputs.map(\.shape), to: outputs[0].shape)
    let condition = inputs[0].elements(as: UInt8.self), a = inputs[1].pointer, b = inputs[2].pointer
    let target = outputs[0].pointer, size = outputs[0].dtype.byteSize
    plan.forEachGrid { offsets, at, rows, columns in
      vk_where(
        KernelISA.current, size, rows, columns, condition + offsets[0], plan.strides[0], a + offsets[1] * size,
        plan.strides[1], b + offsets[2] * size, plan.strides[2], target + at * size)
    }
  }
}

extension Tensor {
  /// `a` where the bool `condition` is true, `b` elsewhere; all three broadcast, `a` and `b` have one type.
  public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(ShapeError) -> Tensor {
    try applySingle(Where(), condition, a, b)
  }
}
