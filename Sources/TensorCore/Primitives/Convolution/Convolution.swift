/// Two-dimensional convolution (cross-correlation): `[N, C, H, W]` with weight `[O, C/groups, kH, kW]` and bias `[O]` ->
/// `[N, O, H', W']`.
package struct Convolution: Primitive {
  package static let name = "convolution"
  package static let onnxName = "Conv"

  package var settings: ConvolutionSettings

  package init(_ settings: ConvolutionSettings = ConvolutionSettings()) { self.settings = settings }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try settings.check(Self.name)
    try ConvolutionSettings.checkRanks(inputs, "[O, C/groups, kH, kW]", Self.name)
    let input = inputs[0].shape, weight = inputs[1].shape, groups = settings.groups
    guard input[1] % groups == 0, weight[0] % groups == 0 else {
      throw ShapeError(
        .shape, Self.name, "\(input[1]) and \(weight[0]) channels do not divide into \(groups) groups",
        shapes: input, weight)
    }
    guard input[1] / groups == weight[1] else {
      throw ShapeError(
        .shape, Self.name,
        groups == 1
          ? "input has \(input[1]) channels, weight expects \(weight[1])"
          : "input has \(input[1]) channels in \(groups) groups, weight expects \(weight[1]) a group",
        shapes: input, weight)
    }
    try settings.checkInputs(inputs, outputs: weight[0], Self.name)
    var size: [Int] = []
    for axis in 0..<2 {
      let padded = input[2 + axis] + settings.sides[axis] + settings.sides[axis + 2]
      let reach = settings.dilation[axis] * (weight[2 + axis] - 1) + 1
      guard padded >= reach else {
        throw ShapeError(
          .shape, Self.name,
          "kernel reaches over \(reach) \(axis == 0 ? "rows" : "columns"), padded input has \(padded)", shapes: input,
          weight)
      }
      size.append((padded - reach) / settings.stride[axis] + 1)
    }
    return [TensorSpec([input[0], weight[0]] + size, inputs[0].dtype)]
  }

  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int {
    outputs[0].count * inputs[1].shape.dropFirst().reduce(1, *)
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    ConvolutionKernel(
      settings, input: inputs[0], weight: inputs[1], bias: inputs.count > 2 ? inputs[2].floats : nil, output: outputs[0]
    ).run()
  }
}

extension Tensor {
  /// Convolution, as `torch.nn.functional.conv2d`: `[N, C, H, W]` with weight `[O, C/groups, kH, kW]` and bias `[O]` ->
  /// `[N, O, H', W']`, where `H' = (H + padding - dilation * (kH - 1) - 1) / stride + 1`.
  ///
  /// `padding` is `[vertical, horizontal]` or `[top, left, bottom, right]`. Throws where channels, groups or sizes do not
  /// fit.
  public func convolution(
    _ weight: Tensor, bias: Tensor? = nil, stride: [Int] = [1, 1], padding: [Int] = [0, 0], dilation: [Int] = [1, 1],
    groups: Int = 1
  ) throws(ShapeError) -> Tensor {
    let settings = ConvolutionSettings(stride: stride, padding: padding, dilation: dilation, groups: groups)
    return try Tensor.apply(Convolution(settings), [self, weight] + (bias.map { [$0] } ?? []))[0]
  }
}
