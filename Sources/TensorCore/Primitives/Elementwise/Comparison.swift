import CKernels

/// A comparison of two elements of one type, with NumPy broadcasting; the result is bool.
package struct Comparison: Primitive {
  /// Which comparison.
  package enum Function: Sendable, Hashable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  }

  package static let name = "comparison"
  package static let onnxName = "Comparison"
  package let function: Function

  package init(_ function: Function) { self.function = function }

  package var operation: String { kernel.name }
  package var onnxOperator: String? { kernel.onnx }
  package func dtypes(ofInput index: Int) -> DTypeSet { .any }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    _ = try Binary.commonType(inputs[0], inputs[1], operation)
    return [TensorSpec(try Broadcast.shape(inputs[0].shape, inputs[1].shape, operation), .bool)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let plan = Broadcast(inputs.map(\.shape), to: outputs[0].shape)
    let a = inputs[0], b = inputs[1], size = a.dtype.byteSize, target = outputs[0].elements(as: UInt8.self)
    plan.forEachGrid { offsets, at, rows, columns in
      vk_compare(
        KernelISA.current, a.dtype.kernelType, kernel.code, rows, columns, a.pointer + offsets[0] * size,
        plan.strides[0], b.pointer + offsets[1] * size, plan.strides[1], target + at)
    }
  }

  private var kernel: (code: vk_comparison, name: String, onnx: String?) {
    switch function {
    case .equal: (VK_EQUAL, "equal", "Equal")
    case .notEqual: (VK_NOT_EQUAL, "not equal", nil)
    case .less: (VK_LESS, "less", "Less")
    case .lessOrEqual: (VK_LESS_EQUAL, "less or equal", "LessOrEqual")
    case .greater: (VK_GREATER, "greater", "Greater")
    case .greaterOrEqual: (VK_GREATER_EQUAL, "greater or equal", "GreaterOrEqual")
    }
  }
}

extension Tensor {
  /// Where elements are equal, with broadcasting, as bool. NaN equals nothing.
  public func equal(_ other: Tensor) throws(ShapeError) -> Tensor { try compare(.equal, other) }
  /// Where elements differ.
  public func notEqual(_ other: Tensor) throws(ShapeError) -> Tensor { try compare(.notEqual, other) }
  /// Where elements are below the other's.
  public func less(_ other: Tensor) throws(ShapeError) -> Tensor { try compare(.less, other) }
  /// Where elements are at most the other's.
  public func lessOrEqual(_ other: Tensor) throws(ShapeError) -> Tensor { try compare(.lessOrEqual, other) }
  /// Where elements are above the other's.
  public func greater(_ other: Tensor) throws(ShapeError) -> Tensor { try compare(.greater, other) }
  /// Where elements are at least the other's.
  public func greaterOrEqual(_ other: Tensor) throws(ShapeError) -> Tensor { try compare(.greaterOrEqual, other) }

  /// Where elements equal a number, which must be exact in this type.
  public func equal(_ other: Float) throws(ShapeError) -> Tensor { try compare(.equal, other) }
  /// Where elements differ from a number.
  public func notEqual(_ other: Float) throws(ShapeError) -> Tensor { try compare(.notEqual, other) }
  /// Where elements are below a number.
  public func less(_ other: Float) throws(ShapeError) -> Tensor { try compare(.less, other) }
  /// Where elements are at most a number.
  public func lessOrEqual(_ other: Float) throws(ShapeError) -> Tensor { try compare(.lessOrEqual, other) }
  /// Where elements are above a number.
  public func greater(_ other: Float) throws(ShapeError) -> Tensor { try compare(.greater, other) }
  /// Where elements are at least a number.
  public func greaterOrEqual(_ other: Float) throws(ShapeError) -> Tensor { try compare(.greaterOrEqual, other) }

  private func compare(_ function: Comparison.Function, _ other: Tensor) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Comparison(function), self, other)
  }

  private func compare(_ function: Comparison.Function, _ other: Float) throws(ShapeError) -> Tensor {
    let primitive = Comparison(function)
    return try Tensor.applySingle(primitive, self, scalarOperand(other, primitive.operation))
  }
}
