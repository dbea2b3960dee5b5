/// Normalisation by the mean and variance of each plane. Inputs: `[N, C, ...]`, then weight and bias `[C]` where the flags say so.
package struct InstanceNorm: Primitive {
  package static let name = "instanceNorm"
  package static let onnxName = "InstanceNormalization"

  package let epsilon: Double
  package let hasWeight: Bool
  package let hasBias: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0].rank >= 3 else {
      throw ShapeError(.shape, Self.name, "input must be [N, C, ...] with spatial axes", shapes: inputs[0].shape)
    }
    try ChannelParameters.check(inputs.dropFirst(), are: [inputs[0].shape[1]], for: inputs[0], Self.name)
    try ChannelParameters.check(epsilon: epsilon, Self.name)
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    guard inputs[0].shape[1] > 0 else { return }
    let weight = hasWeight ? inputs[1].floats : nil, bias = hasBias ? inputs[hasWeight ? 2 : 1].floats : nil
    GroupNormalization.evaluate(
      inputs[0], outputs[0], groups: inputs[0].shape[1], epsilon: epsilon, weight: weight, bias: bias)
  }
}

extension Tensor {
  /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` over each plane. `[N, C, ...]` -> the same; weight and bias are
  /// `[C]`. Ulyanov et al. 2016, arXiv 1607.08022.
  public func instanceNorm(
    weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) throws(ShapeError) -> Tensor {
    let primitive = InstanceNorm(epsilon: epsilon, hasWeight: weight != nil, hasBias: bias != nil)
    return try Tensor.apply(primitive, [self] + [weight, bias].compactMap { $0 })[0]
  }
}
