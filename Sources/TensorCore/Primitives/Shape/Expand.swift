/// Axes of size 1 repeated, and new outer axes added, up to a shape.
package struct Expand: MovingPrimitive {
  package static let name = "expand"
  package static let onnxName = "Expand"
  /// The wanted sizes; -1 keeps that of an existing axis.
  package let shape: [Int]

  package init(shape: [Int]) {
    self.shape = shape
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0], added = shape.count - input.rank
    guard added >= 0 else { throw mismatch(input) }
    var sizes = shape
    for (axis, size) in input.shape.enumerated() {
      if sizes[added + axis] == -1 { sizes[added + axis] = size }
      guard size == 1 || sizes[added + axis] == size else { throw mismatch(input) }
    }
    let spec = TensorSpec(sizes, input.dtype)
    try spec.checkedCount(Self.name)
    return [spec]
  }

  private func mismatch(_ input: TensorSpec) -> ShapeError {
    ShapeError(.shape, Self.name, "only axes of size 1 can be repeated", shapes: input.shape, shape)
  }

  package func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]? {
    inputs[0].count == specs[0].count ? [inputs[0].sharing(specs[0])] : nil
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let sizes = outputs[0].shape, input = inputs[0]
    let strides = zip(input.shape, Strides.rowMajor(input.shape)).map { $0 == 1 ? 0 : $1 }
    StridedCopy(
      sizes: sizes, sourceStrides: Array(repeating: 0, count: sizes.count - strides.count) + strides,
      targetStrides: Strides.rowMajor(sizes)
    ).run(elementSize: input.dtype.byteSize, from: input.pointer, to: outputs[0].pointer)
  }
}

extension Tensor {
  /// Axes of size 1 repeated, and new outer axes added, up to `shape`, in which -1 keeps the size of an axis.
  public func expand(to shape: [Int]) throws(ShapeError) -> Tensor { try .applySingle(Expand(shape: shape), self) }
}
