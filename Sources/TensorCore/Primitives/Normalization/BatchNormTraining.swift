import CKernels

/// Batch normalisation with the batch's own statistics. Inputs: `[N, C, ...]`, weight and bias `[C]`. Outputs: the normalised
/// tensor, the means and the (biased) variances `[C]`.
package struct BatchNormTraining: Primitive {
  package static let name = "batchNorm"
  package static let onnxName = "BatchNormalization"

  package let epsilon: Double

  package init(epsilon: Double) { self.epsilon = epsilon }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let channels = try ChannelParameters.channels(of: inputs[0], Self.name)
    try ChannelParameters.check(inputs.dropFirst(), are: [channels], for: inputs[0], Self.name)
    try ChannelParameters.check(epsilon: epsilon, Self.name)
    let statistics = TensorSpec([channels], .float32)
    guard channels == 0 || inputs[0].count > channels else {
      throw ShapeError(
        .shape, Self.name, "training needs more than one value a channel", shapes: inputs[0].shape)
    }
    return [inputs[0], statistics, statistics]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats, weight = inputs[1].floats, bias = inputs[2].floats
    let images = inputs[0].shape[0], channels = inputs[0].shape[1]
    let size = inputs[0].shape.dropFirst(2).reduce(1, *), isa = KernelISA.current
    let means = outputs[1].floats, variances = outputs[2].floats
    Parallel.ranges(channels, grain: 65_536 / (size * images + 1) + 1) { range in
      for channel in range {
        // Chan's formula joins the planes' moments.
        var mean = 0.0, spread = 0.0, seen = 0.0
        for image in 0..<images {
          var planeMean = 0.0, planeVariance = 0.0
          vk_moments(isa, source + (image * channels + channel) * size, size, &planeMean, &planeVariance)
          let count = Double(size), distance = planeMean - mean, total = seen + count
          mean += distance * count / total
          spread += planeVariance * count + distance * distance * seen * count / total
          seen = total
        }
        let variance = spread / seen, factor = Double(weight[channel]) / (variance + epsilon).squareRoot()
        means[channel] = Float(mean)
        variances[channel] = Float(variance)
        let centre = Float(mean), shift = Double(bias[channel]) - (mean - Double(centre)) * factor
        for image in 0..<images {
          let at = (image * channels + channel) * size
          vk_scale_shift(isa, source + at, target + at, size, centre, Float(factor), Float(shift))
        }
      }
    }
  }

  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1], outputs: [1, 2]) }

  /// Of the normalised tensor alone: the statistics feed running averages, through which no gradient flows.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    try Tensor.apply(
      BatchNormGradient(epsilon: epsilon),
      [context.upstream(), context.input(0), context.output(1), context.output(2), context.input(1)]
    ).map { $0 }
  }
}

/// The gradient of `BatchNormTraining`. Inputs: upstream, the input, means, variances, weight. Outputs: the gradients by input,
/// weight and bias.
package struct BatchNormGradient: Primitive {
  package static let name = "batchNorm gradient"
  package static let onnxName = ""

  package let epsilon: Double

  package init(epsilon: Double) { self.epsilon = epsilon }

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0] == inputs[1] else {
      throw ShapeError(.shape, Self.name, "upstream differs", shapes: inputs[0].shape, inputs[1].shape)
    }
    let channels = try ChannelParameters.channels(of: inputs[0], Self.name)
    try ChannelParameters.check(inputs.dropFirst(2), are: [channels], for: inputs[0], Self.name)
    return [inputs[1], inputs[4], inputs[4]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, source = inputs[1].floats, weight = inputs[4].floats, isa = KernelISA.current
    let means = inputs[2].floats, variances = inputs[3].floats
    let images = inputs[0].shape[0], channels = inputs[0].shape[1], size = inputs[0].shape.dropFirst(2).reduce(1, *)
    let target = outputs[0].floats, byWeight = outputs[1].floats, byBias = outputs[2].floats
    Parallel.ranges(channels, grain: 65_536 / (size * images + 1) + 1) { range in
      for channel in range {
        let centre = means[channel], inverse = 1 / (Double(variances[channel]) + epsilon).squareRoot()
        var sum = 0.0, product = 0.0
        for image in 0..<images {
          let at = (image * channels + channel) * size
          var planeSum = 0.0, planeProduct = 0.0
          vk_norm_gradient_sums(isa, upstream + at, source + at, size, centre, &planeSum, &planeProduct)
          sum += planeSum
          product += planeProduct
        }
        byWeight[channel] = Float(product * inverse)
        byBias[channel] = Float(sum)
        let count = Double(images * size), scale = Double(weight[channel]) * inverse
        let slope = -scale * product * inverse * inverse / count, shift = -scale * sum / count
        for image in 0..<images {
          let at = (image * channels + channel) * size
          vk_norm_gradient(
            isa, upstream + at, source + at, target + at, size, centre, Float(scale), Float(slope), Float(shift))
        }
      }
    }
  }
}

extension BatchNorm {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1, 2, 3]) }

  /// With given statistics it is a factor and an offset by channel. None by the statistics: they are buffers.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream(), rank = upstream.rank
    guard !context.needs(1), !context.needs(2) else {
      throw ShapeError(.gradient, Self.name, "has none by its statistics")
    }
    let column = [-1] + [Int](repeating: 1, count: rank - 2), axes = [0] + Array(2..<rank)
    let inverse = try (context.input(2) + Float(epsilon)).rsqrt()
    var results = [Tensor?](repeating: nil, count: context.inputSpecs.count)
    if context.needs(0) {
      let scale = hasWeight ? try inverse * context.input(3) : inverse
      results[0] = try upstream * scale.reshape(column)
    }
    if hasWeight, context.needs(3) {
      let centred = try context.input(0) - context.input(1).reshape(column)
      results[3] = try (upstream * centred).sum(axes: axes) * inverse
    }
    let bias = hasWeight ? 4 : 3
    if hasBias, context.needs(bias) { results[bias] = try upstream.sum(axes: axes) }
    return results
  }
}

extension Tensor {
  /// Batch normalisation with the batch's own statistics, and these: means and biased variances `[C]`. `[N, C, ...]` -> the
  /// same; weight and bias are `[C]`. Throws where a channel has a single value. Ioffe and Szegedy 2015, arXiv 1502.03167.
  package func batchNormTraining(
    weight: Tensor, bias: Tensor, epsilon: Double = 1e-5
  ) throws(ShapeError) -> (output: Tensor, mean: Tensor, variance: Tensor) {
    let results = try Tensor.apply(BatchNormTraining(epsilon: epsilon), [self, weight, bias])
    return (results[0], results[1], results[2])
  }
}
