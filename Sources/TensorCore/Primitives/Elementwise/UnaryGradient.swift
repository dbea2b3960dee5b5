import CKernels

/// The gradient of a `Unary`: upstream times the derivative. Inputs: upstream, then the function's input, or its output where
/// `savesOutput` says so (what follows a fused operation has the output alone).
package struct UnaryGradient: Primitive {
  package static let name = "unary gradient"
  package static let onnxName = ""
  package let function: Unary.Function

  package init(_ function: Unary.Function) { self.function = function }

  package var operation: String { Unary(function).operation + " gradient" }
  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0] == inputs[1] else {
      throw ShapeError(.shape, operation, "upstream differs", shapes: inputs[0].shape, inputs[1].shape)
    }
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, saved = inputs[1].floats, target = outputs[0].floats
    let kernel = Unary(function).kernelCall
    Parallel.ranges(inputs[0].count, grain: 1 << 15) { range in
      let at = range.lowerBound
      vk_unary_gradient(
        KernelISA.current, kernel.code, upstream + at, saved + at, target + at, range.count, kernel.a, kernel.b)
    }
  }
}

extension Unary {
  /// Whether the gradient reads the output rather than the input.
  package var savesOutput: Bool {
    switch function {
    case .reciprocal, .sqrt, .rsqrt, .exp, .expm1, .tanh, .sigmoid, .relu: true
    // The output has the input's sign.
    case .leakyReLU(let slope): slope > 0
    default: false
    }
  }

  /// Whether the gradient is zero everywhere.
  private var isStep: Bool {
    switch function {
    case .sign, .floor, .ceil, .round: true
    default: false
    }
  }

  package var savedForGradient: SavedValues {
    if isStep || function == .negate { return .none }
    return savesOutput ? SavedValues(outputs: [0]) : SavedValues(inputs: [0])
  }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    if isStep { return [nil] }
    if function == .negate { return [try -context.upstream()] }
    let saved = savesOutput ? try context.output() : try context.input(0)
    return [try .applySingle(UnaryGradient(function), context.upstream(), saved)]
  }
}
