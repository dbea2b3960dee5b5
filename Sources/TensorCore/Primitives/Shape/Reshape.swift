/// The same elements under another shape; one size may be -1 and is then computed.
package struct Reshape: MovingPrimitive {
  package static let name = "reshape"
  package static let onnxName = "Reshape"
  /// The wanted sizes, at most one of them -1.
  package let shape: [Int]

  package init(shape: [Int]) {
    self.shape = shape
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0]
    let unknown = shape.indices.filter { shape[$0] == -1 }
    guard unknown.count <= 1 else {
      throw ShapeError(.argument, Self.name, "more than one size is -1", shapes: input.shape, shape)
    }
    let known = TensorSpec(shape.filter { $0 != -1 }, input.dtype)
    let knownCount = try known.checkedCount(Self.name)
    guard let axis = unknown.first else {
      guard knownCount == input.count else { throw mismatch(input) }
      return [known]
    }
    guard knownCount > 0 else {
      throw ShapeError(.argument, Self.name, "the size -1 could be anything", shapes: input.shape, shape)
    }
    guard input.count % knownCount == 0 else { throw mismatch(input) }
    var sizes = shape
    sizes[axis] = input.count / knownCount
    return [TensorSpec(sizes, input.dtype)]
  }

  private func mismatch(_ input: TensorSpec) -> ShapeError {
    ShapeError(.shape, Self.name, "\(input.count) elements do not fit the new shape", shapes: input.shape, shape)
  }

  package func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]? { [inputs[0].sharing(specs[0])] }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    outputs[0].pointer.copyMemory(from: inputs[0].pointer, byteCount: inputs[0].spec.byteCount)
  }
}

extension Tensor {
  /// The same elements under another shape, without a copy; one size may be -1 and is then computed.
  public func reshape(_ shape: [Int]) throws(ShapeError) -> Tensor { try .applySingle(Reshape(shape: shape), self) }

  /// Axes `from` to `to` (both included) joined into one, without a copy. A scalar becomes `[1]`.
  public func flatten(from: Int = 0, to: Int = -1) throws(ShapeError) -> Tensor {
    guard rank > 0 else { return try reshape([1]) }
    let first = try spec.checkedAxis(from, "flatten"), last = try spec.checkedAxis(to, "flatten")
    guard first <= last else {
      throw ShapeError(.argument, "flatten", "axis \(from) lies behind axis \(to)", shapes: shape)
    }
    return try reshape(Array(shape[..<first]) + [shape[first...last].reduce(1, *)] + Array(shape[(last + 1)...]))
  }

  /// Without the axes of size 1: all of them, or those among `axes` (others of `axes` stay, as in PyTorch). No copy.
  public func squeeze(_ axes: Int...) throws(ShapeError) -> Tensor {
    var dropped = Set(axes.isEmpty ? Array(shape.indices) : [])
    for axis in axes { dropped.insert(try spec.checkedAxis(axis, "squeeze")) }
    return try reshape(shape.indices.filter { shape[$0] != 1 || !dropped.contains($0) }.map { shape[$0] })
  }

  /// With an axis of size 1 inserted at `axis`, which may be `-(rank + 1)...rank`. No copy.
  public func unsqueeze(_ axis: Int) throws(ShapeError) -> Tensor {
    let position = axis < 0 ? axis + rank + 1 : axis
    guard position >= 0, position <= rank else {
      throw ShapeError(.argument, "unsqueeze", "axis \(axis) is out of range for shape \(shape)")
    }
    var sizes = shape
    sizes.insert(1, at: position)
    return try reshape(sizes)
  }
}
