import CKernels

/// Division by the root of the mean square over the last axes. Inputs: the tensor, then the weight where there is one.
package struct RMSNorm: Primitive {
  package static let name = "rmsNorm"
  package static let onnxName = "RMSNormalization"

  package let normalizedShape: [Int]
  package let epsilon: Double
  package let hasWeight: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try LayerNormalization.check(inputs, normalizedShape, epsilon, Self.name)
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats
    let size = normalizedShape.reduce(1, *)
    guard size > 0 else { return }
    let weight = hasWeight ? inputs[1].floats : nil
    Parallel.ranges(inputs[0].count / size, grain: 65_536 / size + 1) { range in
      for row in range {
        let square = vk_sum_squares(KernelISA.current, source + row * size, size) / Double(size)
        let factor = Float(1 / (square + epsilon).squareRoot())
        vk_scale_shift_each(
          KernelISA.current, source + row * size, target + row * size, size, 0, factor, 0, weight, nil)
      }
    }
  }
}

extension Tensor {
  /// `x / sqrt(mean square + epsilon) * weight` over the last axes, whose sizes are `normalizedShape`, as are the weight's.
  /// Any shape -> the same. Zhang and Sennrich 2019, arXiv 1910.07467.
  public func rmsNorm(
    normalizedShape: [Int], weight: Tensor? = nil, epsilon: Double = Double(Float.ulpOfOne)
  ) throws(ShapeError) -> Tensor {
    let primitive = RMSNorm(normalizedShape: normalizedShape, epsilon: epsilon, hasWeight: weight != nil)
    return try Tensor.apply(primitive, [self] + [weight].compactMap { $0 })[0]
  }
}
