/// Indices of each axis by start, stop and step, as NumPy's basic slicing.
package struct Slice: MovingPrimitive {
  package static let name = "slice"
  package static let onnxName = "Slice"
  /// For the leading axes; the others are taken whole.
  package let ranges: [SliceRange]

  package init(ranges: [SliceRange]) {
    self.ranges = ranges
  }

  func resolved(_ shape: [Int]) throws(ShapeError) -> [ResolvedRange] {
    guard ranges.count <= shape.count else {
      throw ShapeError(.argument, Self.name, "\(ranges.count) ranges for \(shape.count) axes", shapes: shape)
    }
    var result: [ResolvedRange] = []
    for (axis, size) in shape.enumerated() {
      result.append(try (axis < ranges.count ? ranges[axis] : .all).resolved(size: size))
    }
    return result
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    [TensorSpec(try resolved(inputs[0].shape).map(\.count), inputs[0].dtype)]
  }

  /// Shares where the result is one run of elements: single indices, then a range, then whole axes.
  package func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]? {
    let shape = inputs[0].shape
    guard specs[0].count > 0, let parts = try? resolved(shape) else { return nil }
    if let first = parts.firstIndex(where: { $0.count != 1 }) {
      guard parts[first].step == 1 else { return nil }
      for axis in (first + 1)..<parts.count where parts[axis].count != shape[axis] || parts[axis].step != 1 {
        return nil
      }
    }
    return [inputs[0].sharing(specs[0], byteOffset: offset(parts, shape) * specs[0].dtype.byteSize)]
  }

  private func offset(_ parts: [ResolvedRange], _ shape: [Int]) -> Int {
    zip(parts, Strides.rowMajor(shape)).reduce(0) { $0 + $1.0.start * $1.1 }
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let input = inputs[0], size = input.dtype.byteSize
    guard outputs[0].count > 0, let parts = try? resolved(input.shape) else { return }
    let strides = Strides.rowMajor(input.shape)
    StridedCopy(
      sizes: parts.map(\.count), sourceStrides: zip(parts, strides).map { $0.step * $1 },
      targetStrides: Strides.rowMajor(outputs[0].shape)
    ).run(elementSize: size, from: input.pointer + offset(parts, input.shape) * size, to: outputs[0].pointer)
  }
}
