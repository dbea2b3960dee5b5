/// The axes in another order. Output axis `i` is input axis `axes[i]`.
package struct Transpose: MovingPrimitive {
  package static let name = "permute"
  package static let onnxName = "Transpose"
  /// For each output axis the input axis it is, negative ones counted from the back.
  package let axes: [Int]

  package init(axes: [Int]) {
    self.axes = axes
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0]
    guard axes.count == input.rank else {
      throw ShapeError(
        .argument, Self.name, "\(axes.count) axes given, the tensor has \(input.rank)", shapes: input.shape, axes)
    }
    var sizes: [Int] = [], seen = Set<Int>()
    for axis in axes {
      let positive = try input.checkedAxis(axis, Self.name)
      guard seen.insert(positive).inserted else {
        throw ShapeError(.argument, Self.name, "axis \(axis) is given twice in \(axes)", shapes: input.shape)
      }
      sizes.append(input.shape[positive])
    }
    return [TensorSpec(sizes, input.dtype)]
  }

  private func sources(_ rank: Int) -> [Int] { axes.map { $0 < 0 ? $0 + rank : $0 } }

  /// No element moves where only axes of size 1 change places.
  package func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]? {
    let shape = inputs[0].shape
    let order = sources(shape.count).filter { shape[$0] != 1 }
    guard order == order.sorted() || specs[0].count <= 1 else { return nil }
    return [inputs[0].sharing(specs[0])]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let strides = Strides.rowMajor(inputs[0].shape), shape = outputs[0].shape
    StridedCopy(
      sizes: shape, sourceStrides: sources(strides.count).map { strides[$0] }, targetStrides: Strides.rowMajor(shape)
    ).run(elementSize: inputs[0].dtype.byteSize, from: inputs[0].pointer, to: outputs[0].pointer)
  }
}

extension Tensor {
  /// The axes in another order: output axis `i` is input axis `axes[i]`.
  public func permute(_ axes: [Int]) throws(ShapeError) -> Tensor { try .applySingle(Transpose(axes: axes), self) }

  /// Two axes exchanged.
  public func transpose(_ a: Int, _ b: Int) throws(ShapeError) -> Tensor {
    let first = try spec.checkedAxis(a, "transpose"), second = try spec.checkedAxis(b, "transpose")
    var axes = Array(shape.indices)
    axes.swapAt(first, second)
    return try permute(axes)
  }
}
