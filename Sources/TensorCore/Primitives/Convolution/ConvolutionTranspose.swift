/// Transposed convolution: `[N, I, H, W]` with weight `[I, O/groups, kH, kW]` and bias `[O]` -> `[N, O, H', W']`.
package struct ConvolutionTranspose: Primitive {
  package static let name = "convolutionTranspose"
  package static let onnxName = "ConvTranspose"

  package var settings: ConvolutionSettings
  /// Rows and columns added at the bottom and the right: `[vertical, horizontal]`.
  package var outputPadding = [0, 0]

  package init(_ settings: ConvolutionSettings = ConvolutionSettings(), outputPadding: [Int] = [0, 0]) {
    self.settings = settings
    self.outputPadding = outputPadding
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try settings.check(Self.name)
    try ConvolutionSettings.check(
      outputPadding, "output padding", 0...ConvolutionSettings.limit, counts: [2], Self.name)
    for axis in 0..<2 where outputPadding[axis] >= max(settings.stride[axis], settings.dilation[axis]) {
      throw ShapeError(
        .argument, Self.name,
        "output padding \(outputPadding) must be smaller than stride \(settings.stride) or dilation \(settings.dilation)"
      )
    }
    try ConvolutionSettings.checkRanks(inputs, "[I, O/groups, kH, kW]", Self.name)
    let input = inputs[0].shape, weight = inputs[1].shape, groups = settings.groups
    guard input[1] == weight[0] else {
      throw ShapeError(
        .shape, Self.name, "input has \(input[1]) channels, weight expects \(weight[0])", shapes: input, weight)
    }
    guard input[1] % groups == 0 else {
      throw ShapeError(
        .shape, Self.name, "\(input[1]) channels do not divide into \(groups) groups", shapes: input, weight)
    }
    let (channels, overflow) = weight[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw ShapeError(.memory, Self.name, "too many channels", shapes: input, weight) }
    try settings.checkInputs(inputs, outputs: channels, Self.name)
    var size: [Int] = []
    for axis in 0..<2 {
      let reach = settings.dilation[axis] * (weight[2 + axis] - 1) + 1
      let full = (input[2 + axis] - 1) * settings.stride[axis] + reach + outputPadding[axis]
      let length = full - settings.sides[axis] - settings.sides[axis + 2]
      guard input[2 + axis] > 0, length > 0 else {
        throw ShapeError(
          .shape, Self.name, "the output would have \(length) \(axis == 0 ? "rows" : "columns")", shapes: input, weight)
      }
      size.append(length)
    }
    return [TensorSpec([input[0], channels] + size, inputs[0].dtype)]
  }

  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int {
    inputs[0].count * inputs[1].shape.dropFirst().reduce(1, *)
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    ConvolutionTransposeKernel(
      settings, input: inputs[0], weight: inputs[1], bias: inputs.count > 2 ? inputs[2].floats : nil,
      output: outputs[0]
    ).run()
  }
}

extension Tensor {
  /// Transposed convolution, as `torch.nn.functional.conv_transpose2d`: `[N, I, H, W]` with weight
  /// `[I, O/groups, kH, kW]` and bias `[O]` -> `[N, O, H', W']`, where
  /// `H' = (H - 1) * stride - padding + dilation * (kH - 1) + outputPadding + 1`.
  ///
  /// `padding` is `[vertical, horizontal]` or `[top, left, bottom, right]`. Throws where channels, groups or sizes do not
  /// fit.
  public func convolutionTranspose(
    _ weight: Tensor, bias: Tensor? = nil, stride: [Int] = [1, 1], padding: [Int] = [0, 0],
    outputPadding: [Int] = [0, 0], dilation: [Int] = [1, 1], groups: Int = 1
  ) throws(ShapeError) -> Tensor {
    let settings = ConvolutionSettings(stride: stride, padding: padding, dilation: dilation, groups: groups)
    let primitive = ConvolutionTranspose(settings, outputPadding: outputPadding)
    return try Tensor.apply(primitive, [self, weight] + (bias.map { [$0] } ?? []))[0]
  }
}
