import CKernels

/// A function of each element.
package struct Unary: Primitive {
  /// Which function; the names say it, after PyTorch's.
  package enum Function: Sendable, Hashable {
    case negate, abs, sign, square, reciprocal, sqrt, rsqrt, floor, ceil, round
    case exp, expm1, log, log1p, sin, cos, atan, erf, tanh, sigmoid, softplus
    case relu
    case leakyReLU(slope: Float)
    case elu(alpha: Float)
    case silu, mish, gelu, geluTanh, hardswish, hardsigmoid
    /// Clamp to at least `min` and at most `max`; of integers, whole numbers.
    case clamp(min: Double, max: Double)
  }

  package static let name = "unary"
  package static let onnxName = "Unary"
  package let function: Function

  package init(_ function: Function) { self.function = function }

  /// The function's own name, for messages.
  package var operation: String { kernel.name }
  /// The ONNX operator, where there is one.
  package var onnxOperator: String? { kernel.onnx }

  package func dtypes(ofInput index: Int) -> DTypeSet {
    switch function {
    case .negate, .abs, .sign, .square, .relu, .clamp: .numeric
    default: .floating
    }
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] { [inputs[0]] }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let x = inputs[0].pointer, y = outputs[0].pointer, dtype = inputs[0].dtype
    let code = kernel.code, (a, b) = parameters
    Parallel.ranges(inputs[0].count, grain: 1 << 15) { range in
      let offset = range.lowerBound * dtype.byteSize
      let source = x + offset, target = y + offset
      switch dtype {
      case .int32:
        vk_unary_i32(
          KernelISA.current, code, source.assumingMemoryBound(to: Int32.self),
          target.assumingMemoryBound(to: Int32.self), range.count, Int32(clamping: Int(saturating: a)),
          Int32(clamping: Int(saturating: b)))
      case .int64:
        vk_unary_i64(
          KernelISA.current, code, source.assumingMemoryBound(to: Int64.self),
          target.assumingMemoryBound(to: Int64.self), range.count, Int64(Int(saturating: a)),
          Int64(Int(saturating: b)))
      default:
        vk_unary_f32(
          KernelISA.current, code, source.assumingMemoryBound(to: Float.self),
          target.assumingMemoryBound(to: Float.self), range.count, Float(a), Float(b))
      }
    }
  }

  /// What the kernels get: the function and its two parameters.
  var kernelCall: (code: vk_unary_function, a: Float, b: Float) {
    (kernel.code, Float(parameters.0), Float(parameters.1))
  }

  private var parameters: (Double, Double) {
    switch function {
    case .leakyReLU(let slope): (Double(slope), 0)
    case .elu(let alpha): (Double(alpha), 0)
    case .clamp(let min, let max): (min, max)
    default: (0, 0)
    }
  }

  private var kernel: (code: vk_unary_function, name: String, onnx: String?) {
    switch function {
    case .negate: (VK_NEGATE, "negate", "Neg")
    case .abs: (VK_ABS, "abs", "Abs")
    case .sign: (VK_SIGN, "sign", "Sign")
    case .square: (VK_SQUARE, "square", nil)
    case .reciprocal: (VK_RECIPROCAL, "reciprocal", "Reciprocal")
    case .sqrt: (VK_SQRT, "sqrt", "Sqrt")
    case .rsqrt: (VK_RSQRT, "rsqrt", nil)
    case .floor: (VK_FLOOR, "floor", "Floor")
    case .ceil: (VK_CEIL, "ceil", "Ceil")
    case .round: (VK_ROUND, "round", "Round")
    case .exp: (VK_EXP, "exp", "Exp")
    case .expm1: (VK_EXPM1, "expm1", nil)
    case .log: (VK_LOG, "log", "Log")
    case .log1p: (VK_LOG1P, "log1p", nil)
    case .sin: (VK_SIN, "sin", "Sin")
    case .cos: (VK_COS, "cos", "Cos")
    case .atan: (VK_ATAN, "atan", "Atan")
    case .erf: (VK_ERF, "erf", "Erf")
    case .tanh: (VK_TANH, "tanh", "Tanh")
    case .sigmoid: (VK_SIGMOID, "sigmoid", "Sigmoid")
    case .softplus: (VK_SOFTPLUS, "softplus", "Softplus")
    case .relu: (VK_RELU, "relu", "Relu")
    case .leakyReLU: (VK_LEAKY_RELU, "leaky ReLU", "LeakyRelu")
    case .elu: (VK_ELU, "ELU", "Elu")
    case .silu: (VK_SILU, "SiLU", "Swish")
    case .mish: (VK_MISH, "Mish", "Mish")
    case .gelu: (VK_GELU, "GELU", "Gelu")
    case .geluTanh: (VK_GELU_TANH, "GELU", "Gelu")
    case .hardswish: (VK_HARDSWISH, "hardswish", "HardSwish")
    case .hardsigmoid: (VK_HARDSIGMOID, "hardsigmoid", "HardSigmoid")
    case .clamp: (VK_CLAMP, "clamp", "Clip")
    }
  }
}
