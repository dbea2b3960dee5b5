import CKernels

/// Normalisation by the mean and variance of each group of channels of each sample.
///
/// Inputs: `[N, C, ...]`, then weight and bias `[C]` where the flags say so.
package struct GroupNormalization: Primitive {
  package static let name = "groupNorm"
  package static let onnxName = "GroupNormalization"

  package let groups: Int
  package let epsilon: Double
  package let hasWeight: Bool
  package let hasBias: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let channels = try ChannelParameters.channels(of: inputs[0], Self.name)
    guard groups > 0, channels % groups == 0 else {
      throw ShapeError(
        .argument, Self.name, "\(groups) groups do not divide \(channels) channels", shapes: inputs[0].shape)
    }
    try ChannelParameters.check(inputs.dropFirst(), are: [channels], for: inputs[0], Self.name)
    try ChannelParameters.check(epsilon: epsilon, Self.name)
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let weight = hasWeight ? inputs[1].floats : nil, bias = hasBias ? inputs[hasWeight ? 2 : 1].floats : nil
    Self.evaluate(inputs[0], outputs[0], groups: groups, epsilon: epsilon, weight: weight, bias: bias)
  }

  static func evaluate(
    _ input: TensorView, _ output: MutableTensorView, groups: Int, epsilon: Double, weight: UnsafePointer<Float>?,
    bias: UnsafePointer<Float>?
  ) {
    let source = input.floats, target = output.floats
    let width = input.shape[1] / groups, size = input.shape.dropFirst(2).reduce(1, *), count = width * size
    guard count > 0 else { return }
    Parallel.ranges(input.shape[0] * groups, grain: 65_536 / count + 1) { range in
      for group in range {
        var mean = 0.0, variance = 0.0
        vk_moments(KernelISA.current, source + group * count, count, &mean, &variance)
        let factor = 1 / (variance + epsilon).squareRoot(), centre = Float(mean)
        for member in 0..<width {
          let channel = group % groups * width + member, start = group * count + member * size
          let scale = factor * Double(weight?[channel] ?? 1)
          let shift = Double(bias?[channel] ?? 0) - (mean - Double(centre)) * scale
          vk_scale_shift(KernelISA.current, source + start, target + start, size, centre, Float(scale), Float(shift))
        }
      }
    }
  }
}

extension Tensor {
  /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` over each of `groups` equal groups of channels of each sample.
  /// `[N, C, ...]` -> the same; weight and bias are `[C]`. Wu and He 2018, arXiv 1803.08494.
  public func groupNorm(
    groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) throws(ShapeError) -> Tensor {
    let primitive = GroupNormalization(groups: groups, epsilon: epsilon, hasWeight: weight != nil, hasBias: bias != nil)
    return try Tensor.apply(primitive, [self] + [weight, bias].compactMap { $0 })[0]
  }
}
