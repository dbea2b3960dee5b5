/// One tensor cut along an axis into parts of the given sizes.
package struct Split: MovingPrimitive {
  package static let name = "split"
  package static let onnxName = "Split"
  package let sizes: [Int]
  package let axis: Int

  package init(sizes: [Int], axis: Int) {
    self.sizes = sizes
    self.axis = axis
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0], axis = try input.checkedAxis(axis, Self.name)
    var rest = input.shape[axis]
    for size in sizes {
      guard size >= 0, size <= rest else { throw mismatch(input) }
      rest -= size
    }
    guard rest == 0 else { throw mismatch(input) }
    return sizes.map { size in
      var shape = input.shape
      shape[axis] = size
      return TensorSpec(shape, input.dtype)
    }
  }

  private func mismatch(_ input: TensorSpec) -> ShapeError {
    ShapeError(.shape, Self.name, "sizes \(sizes) do not add up to axis \(axis)", shapes: input.shape)
  }

  /// Parts of the outermost axis (or one behind axes of size 1) are runs of elements.
  package func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]? {
    let shape = inputs[0].shape
    let axis = axis < 0 ? axis + shape.count : axis
    guard shape[..<axis].allSatisfy({ $0 == 1 }) else { return nil }
    var offset = 0
    return specs.map { spec in
      defer { offset += spec.byteCount }
      return inputs[0].sharing(spec, byteOffset: offset)
    }
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = inputs[0].shape, size = inputs[0].dtype.byteSize
    let axis = axis < 0 ? axis + shape.count : axis
    let outer = shape[..<axis].reduce(1, *), inner = shape[(axis + 1)...].reduce(1, *)
    var source = inputs[0].pointer
    for output in outputs where output.count > 0 {
      let run = output.shape[axis] * inner
      StridedCopy(sizes: [outer, run], sourceStrides: [shape[axis] * inner, 1], targetStrides: [run, 1])
        .run(elementSize: size, from: source, to: output.pointer)
      source += run * size
    }
  }
}

extension Tensor {
  /// Cut along `axis` into parts of these sizes, which must add up to it.
  public func split(sizes: [Int], axis: Int) throws(ShapeError) -> [Tensor] {
    try Tensor.apply(Split(sizes: sizes, axis: axis), [self])
  }

  /// Cut along `axis` into parts of `size`; the last one may be smaller.
  public func split(size: Int, axis: Int) throws(ShapeError) -> [Tensor] {
    let total = shape[try spec.checkedAxis(axis, Split.name)]
    guard size > 0 else { throw ShapeError(.argument, Split.name, "part size \(size)", shapes: shape) }
    guard total > 0 else { return [self] }
    let whole = Array(repeating: size, count: total / size)
    return try split(sizes: total % size == 0 ? whole : whole + [total % size], axis: axis)
  }

  /// Cut along `axis` into at most `count` parts of equal size; the last may be smaller, and there may be fewer.
  public func chunk(_ count: Int, axis: Int) throws(ShapeError) -> [Tensor] {
    let total = shape[try spec.checkedAxis(axis, "chunk")]
    guard count > 0 else { throw ShapeError(.argument, "chunk", "\(count) parts", shapes: shape) }
    // An empty axis gives `count` empty parts, as in PyTorch.
    guard total > 0 else { return try split(sizes: Array(repeating: 0, count: count), axis: axis) }
    return try split(size: total / count + (total % count == 0 ? 0 : 1), axis: axis)
  }
}
