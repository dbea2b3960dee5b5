/// Each output element is the input's at the same position, but for one axis, where an index says which.
package struct Gather: MovingPrimitive {
  package static let name = "gather"
  package static let onnxName = "GatherElements"
  package let axis: Int

  package init(axis: Int) {
    self.axis = axis
  }

  package func dtypes(ofInput index: Int) -> DTypeSet { index == 0 ? .any : .indices }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0], index = inputs[1]
    let axis = try input.axisAllowingScalar(axis, Self.name)
    guard index.rank == input.rank,
      index.shape.indices.allSatisfy({ $0 == axis || index.shape[$0] <= input.shape[$0] })
    else {
      throw ShapeError(.shape, Self.name, "the indices do not fit the tensor", shapes: input.shape, index.shape)
    }
    return [TensorSpec(index.shape, input.dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let rank = max(inputs[0].shape.count, 1)
    func atLeast1(_ shape: [Int]) -> [Int] { shape.isEmpty ? [1] : shape }
    let index = atLeast1(inputs[1].shape)
    IndexedCopy(
      .gather, elementSize: inputs[0].dtype.byteSize, axis: axis < 0 ? axis + rank : axis, index: index,
      source: atLeast1(inputs[0].shape), target: index
    ).run(index: inputs[1].elements(), from: inputs[0].pointer, to: outputs[0].pointer)
  }
}

extension TensorSpec {
  /// As `checkedAxis`, but a scalar has the axes 0 and -1, as in PyTorch.
  func axisAllowingScalar(_ axis: Int, _ operation: String) throws(ShapeError) -> Int {
    try (rank == 0 ? TensorSpec([1], dtype) : self).checkedAxis(axis, operation)
  }
}

extension Tensor {
  /// Each output element is this tensor's at the same position, but for `axis`, where the int64 `index` says which:
  /// `out[i][j] = self[index[i][j]][j]` for axis 0. The result has the shape of `index`.
  ///
  /// The values of `index` are checked before anything is computed; one outside the axis is an error.
  public func gather(axis: Int, index: Tensor) throws(ShapeError) -> Tensor {
    let position = try spec.axisAllowingScalar(axis, Gather.name)
    try index.checkIndices(below: rank == 0 ? 1 : shape[position], axis: position, Gather.name)
    return try .applySingle(Gather(axis: axis), self, index)
  }
}
