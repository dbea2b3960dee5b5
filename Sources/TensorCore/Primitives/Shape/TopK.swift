import CKernels

/// The largest or smallest elements along an axis, in order, and their indices. Sorting is the case of all of them.
package struct TopK: MovingPrimitive {
  package static let name = "topK"
  package static let onnxName = "TopK"
  package let k: Int
  package let axis: Int
  package let largest: Bool

  package init(k: Int, axis: Int, largest: Bool) {
    self.k = k
    self.axis = axis
    self.largest = largest
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0], axis = try input.axisAllowingScalar(axis, Self.name)
    let size = input.rank == 0 ? 1 : input.shape[axis]
    guard k >= 0, k <= size else {
      throw ShapeError(.argument, Self.name, "k is \(k), axis \(axis) has \(size)", shapes: input.shape)
    }
    guard input.rank > 0 else {
      guard k == 1 else { throw ShapeError(.argument, Self.name, "k is \(k) for a scalar") }
      return [input, TensorSpec([], .int64)]
    }
    var shape = input.shape
    shape[axis] = k
    return [TensorSpec(shape, input.dtype), TensorSpec(shape, .int64)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = inputs[0].shape.isEmpty ? [1] : inputs[0].shape, type = inputs[0].dtype
    let axis = axis < 0 ? axis + shape.count : axis
    let size = shape[axis], inner = shape[(axis + 1)...].reduce(1, *), lines = shape[..<axis].reduce(inner, *)
    guard lines > 0, k > 0 else { return }
    let source = inputs[0].pointer, values = outputs[0].pointer
    let indices = outputs[1].elements(as: Int64.self)
    Parallel.ranges(lines, grain: max((1 << 13) / size, 1)) { range in
      let workspace = UnsafeMutableRawPointer.allocate(
        byteCount: vk_topk_workspace(type.kernelType, size), alignment: 16)
      defer { workspace.deallocate() }
      for line in range {
        let from = line / inner * size * inner + line % inner, to = line / inner * k * inner + line % inner
        vk_topk(
          KernelISA.current, type.kernelType, size, k, largest, source + from * type.byteSize, inner,
          values + to * type.byteSize, indices + to, inner, workspace)
      }
    }
  }
}

extension Tensor {
  /// The `k` largest (or smallest) elements along `axis`, in order, and their int64 indices.
  ///
  /// Among equals the lower index comes first. NaN counts as larger than everything, as in PyTorch.
  public func topK(
    _ k: Int, axis: Int = -1, largest: Bool = true
  ) throws(ShapeError) -> (values: Tensor, indices: Tensor) {
    let results = try Tensor.apply(TopK(k: k, axis: axis, largest: largest), [self])
    return (results[0], results[1])
  }

  /// The elements along `axis` in ascending (or descending) order, and the int64 indices where they stood.
  ///
  /// Stable: equals keep their order, either way. NaN counts as larger than everything, as in PyTorch.
  public func sort(
    axis: Int = -1, descending: Bool = false
  ) throws(ShapeError) -> (values: Tensor, indices: Tensor) {
    let position = try spec.axisAllowingScalar(axis, "sort")
    return try topK(rank == 0 ? 1 : shape[position], axis: axis, largest: descending)
  }

  /// The indices that sort the elements along `axis`: see `sort(axis:descending:)`.
  public func argsort(axis: Int = -1, descending: Bool = false) throws(ShapeError) -> Tensor {
    try sort(axis: axis, descending: descending).indices
  }
}
