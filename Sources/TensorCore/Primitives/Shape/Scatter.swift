/// A copy of a tensor in which elements of another have been written, or added, where indices say.
///
/// Inputs: the tensor, the indices, the elements. The order is fixed: positions of the indices in row-major order.
package struct Scatter: Primitive {
  package static let name = "scatter"
  package static let onnxName = "ScatterElements"
  package let axis: Int
  /// Whether elements are added to what is there; else the last one written stays.
  package let adds: Bool

  package init(axis: Int, adds: Bool) {
    self.axis = axis
    self.adds = adds
  }

  package func dtypes(ofInput index: Int) -> DTypeSet { index == 1 ? .indices : adds ? .numeric : .any }
  package var takesHalfPrecision: Bool { !adds }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let target = inputs[0], index = inputs[1], source = inputs[2]
    let axis = try target.axisAllowingScalar(axis, Self.name)
    guard source.dtype == target.dtype else {
      throw ShapeError(.dtype, Self.name, "the elements are \(source.dtype), the tensor is \(target.dtype)")
    }
    guard index.rank == target.rank, source.rank == target.rank,
      index.shape.indices.allSatisfy({
        index.shape[$0] <= source.shape[$0] && ($0 == axis || index.shape[$0] <= target.shape[$0])
      })
    else {
      throw ShapeError(
        .shape, Self.name, "the indices do not fit the tensor and the elements",
        shapes: target.shape, index.shape, source.shape)
    }
    return [target]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let target = inputs[0], size = target.dtype.byteSize, rank = max(target.shape.count, 1)
    func atLeast1(_ shape: [Int]) -> [Int] { shape.isEmpty ? [1] : shape }
    StridedCopy(sizes: [target.count], sourceStrides: [1], targetStrides: [1])
      .run(elementSize: size, from: target.pointer, to: outputs[0].pointer)
    IndexedCopy(
      adds ? .scatterAdd(target.dtype.kernelType) : .scatter, elementSize: size,
      axis: axis < 0 ? axis + rank : axis, index: atLeast1(inputs[1].shape), source: atLeast1(inputs[2].shape),
      target: atLeast1(target.shape)
    ).run(index: inputs[1].elements(), from: inputs[2].pointer, to: outputs[0].pointer)
  }
}

extension Tensor {
  /// A copy in which `out[index[i][j]][j] = source[i][j]` for axis 0, and so on for other axes.
  ///
  /// Where several elements meet, the last in row-major order stays, whatever the number of threads. The values of
  /// `index` (int64) are checked before anything is computed; one outside the axis is an error.
  public func scatter(axis: Int, index: Tensor, source: Tensor) throws(ShapeError) -> Tensor {
    try scattered(source, Scatter(axis: axis, adds: false), index)
  }

  /// A copy to which `source[i][j]` has been added at `[index[i][j]][j]` for axis 0, and so on for other axes.
  ///
  /// Sums run in row-major order of `index`, whatever the number of threads; integers wrap. The values of `index`
  /// (int64) are checked before anything is computed; one outside the axis is an error.
  public func scatterAdd(axis: Int, index: Tensor, source: Tensor) throws(ShapeError) -> Tensor {
    try scattered(source, Scatter(axis: axis, adds: true), index)
  }

  private func scattered(_ source: Tensor, _ scatter: Scatter, _ index: Tensor) throws(ShapeError) -> Tensor {
    let position = try spec.axisAllowingScalar(scatter.axis, Scatter.name)
    try index.checkIndices(below: rank == 0 ? 1 : shape[position], axis: position, Scatter.name)
    return try .applySingle(scatter, self, index, source)
  }
}
