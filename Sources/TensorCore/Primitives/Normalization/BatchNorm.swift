import CKernels

/// Batch normalisation with given statistics: one pass, a centre, a scale and a shift a channel.
///
/// Inputs: `[N, C, ...]`, mean, variance, then weight and bias where the flags say so, each `[C]`. Normalisation with the
/// batch's own statistics, for training, is an operation of its own.
package struct BatchNorm: Primitive {
  package static let name = "batchNorm"
  package static let onnxName = "BatchNormalization"

  package let epsilon: Double
  package let hasWeight: Bool
  package let hasBias: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let channels = try ChannelParameters.channels(of: inputs[0], Self.name)
    try ChannelParameters.check(inputs.dropFirst(), are: [channels], for: inputs[0], Self.name)
    try ChannelParameters.check(epsilon: epsilon, Self.name)
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats
    let channels = inputs[0].shape[1], size = inputs[0].shape.dropFirst(2).reduce(1, *)
    let mean = inputs[1].floats, scales = scales(inputs, channels)
    let bias = hasBias ? inputs[hasWeight ? 4 : 3].floats : nil
    Parallel.ranges(inputs[0].shape[0] * channels, grain: 65_536 / (size + 1) + 1) { range in
      for plane in range {
        let channel = plane % channels
        vk_scale_shift(
          KernelISA.current, source + plane * size, target + plane * size, size, mean[channel], scales[channel],
          bias?[channel] ?? 0)
      }
    }
  }

  /// `weight / sqrt(variance + epsilon)`.
  private func scales(_ inputs: [TensorView], _ channels: Int) -> [Float] {
    let variance = inputs[2].floats, weight = hasWeight ? inputs[3].floats : nil
    return (0..<channels).map {
      Float(Double(weight?[$0] ?? 1) / (Double(variance[$0]) + epsilon).squareRoot())
    }
  }
}

extension Tensor {
  /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` a channel: batch normalisation with running statistics.
  /// `[N, C, ...]` -> the same; the others are `[C]`. Ioffe and Szegedy 2015, arXiv 1502.03167.
  public func batchNorm(
    mean: Tensor, variance: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) throws(ShapeError) -> Tensor {
    let primitive = BatchNorm(epsilon: epsilon, hasWeight: weight != nil, hasBias: bias != nil)
    return try Tensor.apply(primitive, [self, mean, variance] + [weight, bias].compactMap { $0 })[0]
  }
}
