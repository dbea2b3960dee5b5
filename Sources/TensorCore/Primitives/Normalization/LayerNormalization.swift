import CKernels

/// Normalisation over the last axes: by mean and variance.
///
/// Inputs: the tensor, then weight and bias where the flags say so, of the normalised axes' shape.
package struct LayerNormalization: Primitive {
  package static let name = "layerNorm"
  package static let onnxName = "LayerNormalization"

  /// Sizes of the normalised axes, the tensor's last ones.
  package let normalizedShape: [Int]
  package let epsilon: Double
  package let hasWeight: Bool
  package let hasBias: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try Self.check(inputs, normalizedShape, epsilon, Self.name)
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats
    let size = normalizedShape.reduce(1, *)
    guard size > 0 else { return }
    let weight = hasWeight ? inputs[1].floats : nil, bias = hasBias ? inputs[hasWeight ? 2 : 1].floats : nil
    Parallel.ranges(inputs[0].count / size, grain: 65_536 / size + 1) { range in
      for row in range {
        var mean = 0.0, variance = 0.0
        vk_moments(KernelISA.current, source + row * size, size, &mean, &variance)
        let factor = 1 / (variance + epsilon).squareRoot(), centre = Float(mean)
        vk_scale_shift_each(
          KernelISA.current, source + row * size, target + row * size, size, centre, Float(factor),
          Float((Double(centre) - mean) * factor), weight, bias)
      }
    }
  }

  static func check(
    _ inputs: [TensorSpec], _ normalizedShape: [Int], _ epsilon: Double, _ operation: String
  ) throws(ShapeError) {
    guard !normalizedShape.isEmpty, inputs[0].shape.suffix(normalizedShape.count) == normalizedShape[...] else {
      throw ShapeError(.shape, operation, "the last axes must be \(normalizedShape)", shapes: inputs[0].shape)
    }
    try ChannelParameters.check(inputs.dropFirst(), are: normalizedShape, for: inputs[0], operation)
    try ChannelParameters.check(epsilon: epsilon, operation)
  }
}

extension Tensor {
  /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` over the last axes, whose sizes are `normalizedShape`, as are
  /// weight's and bias's. Any shape -> the same. Ba et al. 2016, arXiv 1607.06450.
  public func layerNorm(
    normalizedShape: [Int], weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) throws(ShapeError) -> Tensor {
    let primitive = LayerNormalization(
      normalizedShape: normalizedShape, epsilon: epsilon, hasWeight: weight != nil, hasBias: bias != nil)
    return try Tensor.apply(primitive, [self] + [weight, bias].compactMap { $0 })[0]
  }
}
