/// Fully connected layer: `[..., I]` times weight `[O, I]`, plus bias `[O]` -> `[..., O]`.
package struct LinearProduct: Primitive {
  package static let name = "linear"
  package static let onnxName = "Gemm"

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0], weight = inputs[1]
    guard weight.rank == 2 else {
      throw ShapeError(
        .shape, Self.name, "weight must have 2 axes (outputs, inputs)", shapes: input.shape, weight.shape)
    }
    guard let features = input.shape.last else {
      throw ShapeError(.shape, Self.name, "input is a scalar", shapes: input.shape, weight.shape)
    }
    guard features == weight.shape[1] else {
      throw ShapeError(
        .shape, Self.name, "input has \(features) features, weight expects \(weight.shape[1])",
        shapes: input.shape, weight.shape)
    }
    if inputs.count > 2, inputs[2].shape != [weight.shape[0]] {
      throw ShapeError(
        .shape, Self.name, "bias must have \(weight.shape[0]) values", shapes: weight.shape, inputs[2].shape)
    }
    for other in inputs.dropFirst() where other.dtype != input.dtype {
      throw ShapeError(.dtype, Self.name, "input is \(input.dtype), a parameter \(other.dtype); cast one")
    }
    return [TensorSpec(input.shape.dropLast() + [weight.shape[0]], input.dtype)]
  }

  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int {
    outputs[0].count * inputs[1].shape[1]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let weight = MatrixShape(inputs[1].shape, isLeft: false, transposed: true)
    let rows = inputs[0].shape.dropLast().reduce(1, *)
    MatrixKernel(
      left: inputs[0].floats, MatrixShape([rows, weight.rows], isLeft: true, transposed: false),
      right: inputs[1].floats, weight, output: outputs[0].floats, bias: inputs.count > 2 ? inputs[2].floats : nil
    ).run()
  }
}

extension Tensor {
  /// Fully connected layer, as `torch.nn.functional.linear`: `[..., I]` with weight `[O, I]` and bias `[O]` ->
  /// `[..., O]`. Throws where the features do not fit.
  public func linear(_ weight: Tensor, bias: Tensor? = nil) throws(ShapeError) -> Tensor {
    try Tensor.apply(LinearProduct(), [self, weight] + (bias.map { [$0] } ?? []))[0]
  }
}
