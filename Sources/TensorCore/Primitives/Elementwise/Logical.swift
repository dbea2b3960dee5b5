import CKernels

/// And, or, exclusive or of two bools, with NumPy broadcasting.
package struct Logical: Primitive {
  /// Which function.
  package enum Function: Sendable, Hashable {
    case and, or, xor
  }

  package static let name = "logical"
  package static let onnxName = "Logical"
  package let function: Function

  package init(_ function: Function) { self.function = function }

  package var operation: String { kernel.name }
  package var onnxOperator: String? { kernel.onnx }
  package func dtypes(ofInput index: Int) -> DTypeSet { .bool }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    [TensorSpec(try Broadcast.shape(inputs[0].shape, inputs[1].shape, operation), .bool)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let plan = Broadcast(inputs.map(\.shape), to: outputs[0].shape)
    let a = inputs[0].elements(as: UInt8.self), b = inputs[1].elements(as: UInt8.self)
    let target = outputs[0].elements(as: UInt8.self)
    plan.forEachGrid { offsets, at, rows, columns in
      vk_logical(
        KernelISA.current, kernel.code, rows, columns, a + offsets[0], plan.strides[0], b + offsets[1],
        plan.strides[1], target + at)
    }
  }

  private var kernel: (code: vk_logical_function, name: String, onnx: String) {
    switch function {
    case .and: (VK_AND, "logical and", "And")
    case .or: (VK_OR, "logical or", "Or")
    case .xor: (VK_XOR, "logical xor", "Xor")
    }
  }
}

/// The opposite of each bool.
package struct LogicalNot: Primitive {
  package static let name = "logical not"
  package static let onnxName = "Not"
  package init() {}

  package func dtypes(ofInput index: Int) -> DTypeSet { .bool }
  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] { [inputs[0]] }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let x = inputs[0].elements(as: UInt8.self), y = outputs[0].elements(as: UInt8.self)
    Parallel.ranges(inputs[0].count, grain: 1 << 17) { range in
      vk_logical_not(KernelISA.current, x + range.lowerBound, y + range.lowerBound, range.count)
    }
  }
}

extension Tensor {
  /// Whether both bools are true, with broadcasting.
  public func logicalAnd(_ other: Tensor) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Logical(.and), self, other)
  }
  /// Whether either bool is true, with broadcasting.
  public func logicalOr(_ other: Tensor) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Logical(.or), self, other)
  }
  /// Whether just one of the bools is true, with broadcasting.
  public func logicalXor(_ other: Tensor) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Logical(.xor), self, other)
  }
  /// The opposite of each bool.
  public func logicalNot() throws(ShapeError) -> Tensor { try Tensor.applySingle(LogicalNot(), self) }
}
