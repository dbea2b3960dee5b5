extension Convolution {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream(), input = context.inputSpecs[0].shape, weight = context.inputSpecs[1].shape
    var results = [Tensor?](repeating: nil, count: context.inputSpecs.count)
    if context.needs(0) {
      results[0] = try Self.inputGradient(
        upstream, context.input(1), settings, input: input, kernel: Array(weight[2...]))
    }
    if context.needs(1) {
      results[1] = try .applySingle(
        ConvolutionWeightGradient(settings, kernel: Array(weight[2...])), context.input(0), upstream)
    }
    if context.needs(2) { results[2] = try upstream.sum(axes: [0, 2, 3]) }
    return results
  }

  /// The gradient by the input, of shape `input`: a transposed convolution.
  static func inputGradient(
    _ upstream: Tensor, _ weight: Tensor, _ settings: ConvolutionSettings, input: [Int], kernel: [Int]
  ) throws(ShapeError) -> Tensor {
    // What the strides left over at the end.
    let rest = (0..<2).map { axis in
      let reach = settings.dilation[axis] * (kernel[axis] - 1) + 1
      return (input[2 + axis] + settings.sides[axis] + settings.sides[axis + 2] - reach) % settings.stride[axis]
    }
    return try .applySingle(ConvolutionTranspose(settings, outputPadding: rest), upstream, weight)
  }
}

extension ConvolutionTranspose {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream()
    var results = [Tensor?](repeating: nil, count: context.inputSpecs.count)
    if context.needs(0) {
      let gradient = try Tensor.applySingle(Convolution(settings), upstream, context.input(1))
      // Output padding beyond a stride (dilation allows it) lets the window stand at places that nothing came from.
      let size = context.inputSpecs[0].shape
      results[0] =
        gradient.shape == size
        ? gradient : try gradient.slice([.all, .all, SliceRange(0, size[2]), SliceRange(0, size[3])])
    }
    if context.needs(1) {
      // The roles exchanged: the output is what the window reads, the input what it writes.
      let kernel = Array(context.inputSpecs[1].shape[2...])
      results[1] = try .applySingle(ConvolutionWeightGradient(settings, kernel: kernel), upstream, context.input(0))
    }
    if context.needs(2) { results[2] = try upstream.sum(axes: [0, 2, 3]) }
    return results
  }
}
