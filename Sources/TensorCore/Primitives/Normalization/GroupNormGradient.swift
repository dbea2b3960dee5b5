import CKernels

extension GroupNormalization {
  package var savedForGradient: SavedValues { SavedValues(inputs: hasWeight ? [0, 1] : [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let primitive = GroupNormGradient(groups: groups, epsilon: epsilon, hasWeight: hasWeight, hasBias: hasBias)
    let weight = hasWeight ? [try context.input(1)] : []
    return try Tensor.apply(primitive, [context.upstream(), context.input(0)] + weight).map { $0 }
  }
}

extension InstanceNorm {
  package var savedForGradient: SavedValues { SavedValues(inputs: hasWeight ? [0, 1] : [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let channels = context.inputSpecs[0].shape[1]
    let primitive = GroupNormGradient(groups: channels, epsilon: epsilon, hasWeight: hasWeight, hasBias: hasBias)
    let weight = hasWeight ? [try context.input(1)] : []
    return try Tensor.apply(primitive, [context.upstream(), context.input(0)] + weight).map { $0 }
  }
}

/// The gradient of `GroupNormalization` and, with as many groups as channels, of `InstanceNorm`. Inputs: upstream, the input,
/// the weight where there is one. Outputs: the gradients by input, and by weight and bias where the flags say so.
package struct GroupNormGradient: Primitive {
  package static let name = "groupNorm gradient"
  package static let onnxName = ""

  package let groups: Int
  package let epsilon: Double
  package let hasWeight: Bool
  package let hasBias: Bool

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0] == inputs[1] else {
      throw ShapeError(.shape, Self.name, "upstream differs", shapes: inputs[0].shape, inputs[1].shape)
    }
    let channels = try ChannelParameters.channels(of: inputs[1], Self.name)
    guard channels == 0 || (groups > 0 && channels % groups == 0) else {
      throw ShapeError(.argument, Self.name, "\(groups) groups do not divide \(channels) channels")
    }
    try ChannelParameters.check(inputs.dropFirst(2), are: [channels], for: inputs[1], Self.name)
    let parameter = TensorSpec([channels], inputs[1].dtype)
    return [inputs[1]] + (hasWeight ? [inputs[2]] : []) + (hasBias ? [parameter] : [])
  }

  /// Sums of each plane first; those of a group's planes make the input's gradient, those over the samples the parameters'.
  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, source = inputs[1].floats, target = outputs[0].floats, isa = KernelISA.current
    let weight = hasWeight ? inputs[2].floats : nil
    let images = inputs[1].shape[0], channels = inputs[1].shape[1], size = inputs[1].shape.dropFirst(2).reduce(1, *)
    for sum in outputs.dropFirst() { sum.floats.update(repeating: 0, count: channels) }
    guard inputs[1].count > 0 else { return }
    let width = channels / groups, count = width * size
    // Of each plane: the share of the weight's gradient, and of the bias's.
    var sums = [Double](repeating: 0, count: images * channels * 2)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let planes = sums.baseAddress else { return }
      Parallel.ranges(images * groups, grain: 65_536 / count + 1) { range in
        for group in range {
          var mean = 0.0, variance = 0.0
          vk_moments(isa, source + group * count, count, &mean, &variance)
          let inverse = 1 / (variance + epsilon).squareRoot(), centre = Float(mean)
          var sum = 0.0, product = 0.0
          for member in 0..<width {
            let plane = group * width + member, at = plane * size
            var planeSum = 0.0, planeProduct = 0.0
            vk_norm_gradient_sums(isa, upstream + at, source + at, size, centre, &planeSum, &planeProduct)
            let scale = Double(weight?[plane % channels] ?? 1)
            sum += planeSum * scale
            product += planeProduct * scale
            planes[2 * plane] = planeProduct * inverse
            planes[2 * plane + 1] = planeSum
          }
          let slope = -inverse * inverse * inverse * product / Double(count), shift = -inverse * sum / Double(count)
          for member in 0..<width {
            let plane = group * width + member, at = plane * size
            let scale = Double(weight?[plane % channels] ?? 1) * inverse
            vk_norm_gradient(
              isa, upstream + at, source + at, target + at, size, centre, Float(scale), Float(slope), Float(shift))
          }
        }
      }
    }
    for (number, output) in outputs.dropFirst().enumerated() {
      let kind = hasWeight && number == 0 ? 0 : 1
      for channel in 0..<channels {
        var total = 0.0
        for image in 0..<images { total += sums[2 * (image * channels + channel) + kind] }
        output.floats[channel] = Float(total)
      }
    }
  }
}
