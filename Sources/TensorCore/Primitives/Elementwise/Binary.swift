import CKernels

/// A function of two elements, with NumPy broadcasting.
///
/// Both operands have one type; but a float32 scalar (shape `[]`) also goes with bfloat16 and float16, unrounded.
package struct Binary: Primitive {
  /// Which function.
  package enum Function: Sendable, Hashable {
    case add, subtract, multiply, divide, power, minimum, maximum, remainder, atan2, preLU
  }

  package static let name = "binary"
  package static let onnxName = "Binary"
  package let function: Function

  package init(_ function: Function) { self.function = function }

  package var operation: String { kernel.name }
  package var onnxOperator: String? { kernel.onnx }

  package func dtypes(ofInput index: Int) -> DTypeSet {
    function == .atan2 || function == .preLU ? .floating : .numeric
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let dtype = try Self.commonType(inputs[0], inputs[1], operation)
    return [TensorSpec(try Broadcast.shape(inputs[0].shape, inputs[1].shape, operation), dtype)]
  }

  /// The type that both have, or the half-precision type that one has where the other is a float32 scalar.
  package static func commonType(
    _ a: TensorSpec, _ b: TensorSpec, _ operation: String
  ) throws(ShapeError) -> DType {
    if a.dtype == b.dtype { return a.dtype }
    if a.rank == 0, a.dtype == .float32, b.dtype.isFloatingPoint { return b.dtype }
    if b.rank == 0, b.dtype == .float32, a.dtype.isFloatingPoint { return a.dtype }
    throw ShapeError(.dtype, operation, "operands are \(a) and \(b); cast one of them")
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let plan = Broadcast(inputs.map(\.shape), to: outputs[0].shape)
    let isa = KernelISA.current, code = kernel.code
    let a = inputs[0], b = inputs[1], out = outputs[0]
    let (rowA, rowB) = (plan.strides[0], plan.strides[1])
    plan.forEachGrid { offsets, at, rows, columns in
      switch a.dtype {
      case .int32:
        vk_binary_i32(
          isa, code, rows, columns, a.elements() + offsets[0], rowA, b.elements() + offsets[1], rowB,
          out.elements() + at)
      case .int64:
        vk_binary_i64(
          isa, code, rows, columns, a.elements() + offsets[0], rowA, b.elements() + offsets[1], rowB,
          out.elements() + at)
      default:
        vk_binary_f32(
          isa, code, rows, columns, a.floats + offsets[0], rowA, b.floats + offsets[1], rowB, out.floats + at)
      }
    }
  }

  private var kernel: (code: vk_binary_function, name: String, onnx: String?) {
    switch function {
    case .add: (VK_ADD, "add", "Add")
    case .subtract: (VK_SUBTRACT, "subtract", "Sub")
    case .multiply: (VK_MULTIPLY, "multiply", "Mul")
    case .divide: (VK_DIVIDE, "divide", "Div")
    case .power: (VK_POWER, "pow", "Pow")
    case .minimum: (VK_MINIMUM, "minimum", "Min")
    case .maximum: (VK_MAXIMUM, "maximum", "Max")
    case .remainder: (VK_REMAINDER, "remainder", "Mod")
    case .atan2: (VK_ATAN2, "atan2", nil)
    case .preLU: (VK_PRELU, "PReLU", "PRelu")
    }
  }
}
