import CKernels

/// Batch normalisation with given statistics: one scale and one shift a channel.
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
    let (scales, shifts) = scaleAndShift(inputs, channels)
    Parallel.ranges(inputs[0].shape[0] * channels, grain: 65_536 / (size + 1) + 1) { range in
      for plane in range {
        let channel = plane % channels
        vk_scale_shift(
          KernelISA.current, source + plane * size, target + plane * size, size, scales[channel], shifts[channel])
      }
    }
  }

  /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` as `x * scale + shift`.
  private func scaleAndShift(_ inputs: [TensorView], _ channels: Int) -> (scales: [Float], shifts: [Float]) {
    let mean = inputs[1].floats, variance = inputs[2].floats
    let weight = hasWeight ? inputs[3].floats : nil, bias = hasBias ? inputs[hasWeight ? 4 : 3].floats : nil
    var scales: [Float] = [], shifts: [Float] = []
    for channel in 0..<channels {
      let scale = Double(weight?[channel] ?? 1) / (Double(variance[channel]) + epsilon).squareRoot()
      scales.append(Float(scale))
      shifts.append(Float(Double(bias?[channel] ?? 0) - Double(mean[channel]) * scale))
    }
    return (scales, shifts)
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
