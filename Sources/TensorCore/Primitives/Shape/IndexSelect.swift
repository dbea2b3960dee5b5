import CKernels

/// Slices of one axis by number. The axes of the indices take the place of that axis.
package struct IndexSelect: MovingPrimitive {
  package static let name = "indexSelect"
  package static let onnxName = "Gather"
  package let axis: Int

  package init(axis: Int) {
    self.axis = axis
  }

  package func dtypes(ofInput index: Int) -> DTypeSet { index == 0 ? .any : .indices }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0], axis = try input.checkedAxis(axis, Self.name)
    return [TensorSpec(input.shape[..<axis] + inputs[1].shape + input.shape[(axis + 1)...], input.dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let input = inputs[0], index = inputs[1], output = outputs[0]
    let axis = axis < 0 ? axis + input.shape.count : axis
    guard input.count > 0, output.count > 0 else { return }
    let outer = input.shape[..<axis].reduce(1, *), count = index.count
    let rowBytes = input.shape[(axis + 1)...].reduce(input.dtype.byteSize, *)
    Parallel.ranges(outer * count, grain: max((1 << 17) / (rowBytes + 8), 1)) { rows in
      vk_index_select(
        KernelISA.current, rows.lowerBound, rows.upperBound, count, input.shape[axis], rowBytes, index.elements(),
        input.pointer, output.pointer)
    }
  }
}

extension Tensor {
  /// The slices of `axis` that the int64 `index` names, in its order. A one-dimensional index keeps the rank; otherwise
  /// the axes of `index` take the place of `axis`.
  ///
  /// The values of `index` are checked before anything is computed; one outside the axis is an error.
  public func indexSelect(axis: Int, index: Tensor) throws(ShapeError) -> Tensor {
    let position = try spec.checkedAxis(axis, IndexSelect.name)
    try index.checkIndices(below: shape[position], axis: position, IndexSelect.name)
    return try .applySingle(IndexSelect(axis: axis), self, index)
  }
}
