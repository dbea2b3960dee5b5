/// The whole tensor repeated along each axis.
package struct Tile: MovingPrimitive {
  package static let name = "tile"
  package static let onnxName = "Tile"
  /// How often, for each axis.
  package let repeats: [Int]

  package init(repeats: [Int]) {
    self.repeats = repeats
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0]
    guard repeats.count == input.rank else {
      throw ShapeError(.argument, Self.name, "\(repeats.count) repeats for \(input.rank) axes", shapes: input.shape)
    }
    var sizes: [Int] = []
    for (count, size) in zip(repeats, input.shape) {
      guard count >= 0 else { throw ShapeError(.argument, Self.name, "repeats \(repeats)", shapes: input.shape) }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw ShapeError(.memory, Self.name, "repeats \(repeats) are too many") }
      sizes.append(product)
    }
    let spec = TensorSpec(sizes, input.dtype)
    try spec.checkedCount(Self.name)
    return [spec]
  }

  package func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]? {
    inputs[0].spec == specs[0] ? inputs : nil
  }

  /// Each target axis is two: which repetition, and where in it.
  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = inputs[0].shape
    guard outputs[0].count > 0 else { return }
    var sizes: [Int] = [], sources: [Int] = []
    for (axis, stride) in Strides.rowMajor(shape).enumerated() {
      sizes += [repeats[axis], shape[axis]]
      sources += [0, stride]
    }
    StridedCopy(sizes: sizes, sourceStrides: sources, targetStrides: Strides.rowMajor(sizes))
      .run(elementSize: inputs[0].dtype.byteSize, from: inputs[0].pointer, to: outputs[0].pointer)
  }
}

extension Tensor {
  /// The whole tensor repeated along each axis. Fewer numbers than axes are for the last ones, more add outer axes.
  public func tile(_ repeats: [Int]) throws(ShapeError) -> Tensor {
    let missing = Swift.max(repeats.count - rank, 0)
    let source = missing == 0 ? self : try reshape(Array(repeating: 1, count: missing) + shape)
    let counts = Array(repeating: 1, count: Swift.max(rank - repeats.count, 0)) + repeats
    return try .applySingle(Tile(repeats: counts), source)
  }
}
