extension Reshape {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try context.upstream().reshape(context.inputSpecs[0].shape)]
  }
}

extension Transpose {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    var inverse = axes
    for (target, axis) in axes.enumerated() { inverse[axis < 0 ? axis + axes.count : axis] = target }
    return [try context.upstream().permute(inverse)]
  }
}

extension Expand {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try context.reduced(context.upstream(), toInput: 0)]
  }
}

extension Concatenate {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let position = axis < 0 ? axis + context.inputSpecs[0].rank : axis
    return try context.upstream().split(sizes: context.inputSpecs.map { $0.shape[position] }, axis: position)
  }
}

extension Split {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    var parts: [Tensor] = []
    for index in sizes.indices { parts.append(try context.upstream(index)) }
    return [try Tensor.concatenate(parts, axis: axis)]
  }
}

extension Slice {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try .applySingle(SliceGradient(ranges: ranges, shape: context.inputSpecs[0].shape), context.upstream())]
  }
}

/// The gradient of a slice: upstream at the places that were taken, zeros elsewhere.
package struct SliceGradient: MovingPrimitive {
  package static let name = "slice gradient"
  package static let onnxName = ""
  package let ranges: [SliceRange]
  /// The sliced tensor's shape.
  package let shape: [Int]

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let spec = TensorSpec(shape, inputs[0].dtype)
    guard try Slice(ranges: ranges).outputs(for: [spec])[0] == inputs[0] else {
      throw ShapeError(.shape, Self.name, "upstream is no such slice", shapes: inputs[0].shape, shape)
    }
    return [spec]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let size = inputs[0].dtype.byteSize, target = outputs[0]
    target.pointer.initializeMemory(as: UInt8.self, repeating: 0, count: target.spec.byteCount)
    guard inputs[0].count > 0, let parts = try? Slice(ranges: ranges).resolved(shape) else { return }
    let strides = Strides.rowMajor(shape)
    let offset = zip(parts, strides).reduce(0) { $0 + $1.0.start * $1.1 }
    StridedCopy(
      sizes: parts.map(\.count), sourceStrides: Strides.rowMajor(inputs[0].shape),
      targetStrides: zip(parts, strides).map { $0.step * $1 }
    ).run(elementSize: size, from: inputs[0].pointer, to: target.pointer + offset * size)
  }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try context.upstream().slice(ranges)]
  }
}

extension Gather {
  package var savedForGradient: SavedValues { SavedValues(inputs: [1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let spec = context.inputSpecs[0]
    let scatter = Scatter(axis: axis, adds: true)
    return [
      try .applySingle(scatter, Tensor.zeros(spec.shape, dtype: spec.dtype), context.input(1), context.upstream()), nil,
    ]
  }
}

extension Scatter {
  package var savedForGradient: SavedValues { SavedValues(inputs: [1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream(), index = try context.input(1)
    let source = context.inputSpecs[2]
    guard adds || !context.needs(2) || index.shape == source.shape else {
      throw ShapeError(
        .gradient, Self.name, "has none for indices fewer than elements", shapes: index.shape, source.shape)
    }
    var below: Tensor? = upstream
    if !adds {
      let zeros = try Tensor.zeros(index.shape, dtype: upstream.dtype)
      below = context.needs(0) ? try .applySingle(Scatter(axis: axis, adds: false), upstream, index, zeros) : nil
    }
    var elements = context.needs(2) ? try Tensor.applySingle(Gather(axis: axis), upstream, index) : nil
    if let gathered = elements, index.shape != source.shape {
      let pads = zip(source.shape, index.shape).map { (before: 0, after: $0 - $1) }
      elements = try gathered.pad(pads)
    }
    return [below, nil, elements]
  }
}

extension IndexSelect {
  package var savedForGradient: SavedValues { SavedValues(inputs: [1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let spec = context.inputSpecs[0], index = try context.input(1)
    let axis = axis < 0 ? axis + spec.rank : axis
    // As a scatter: the index repeated over the other axes.
    let count = index.count
    let flat = spec.shape[..<axis] + [count] + spec.shape[(axis + 1)...]
    let column = [Int](repeating: 1, count: axis) + [count] + [Int](repeating: 1, count: spec.rank - axis - 1)
    let repeated = try index.reshape(column).expand(to: Array(flat))
    let upstream = try context.upstream().reshape(Array(flat))
    let zeros = try Tensor.zeros(spec.shape, dtype: spec.dtype)
    return [try .applySingle(Scatter(axis: axis, adds: true), zeros, repeated, upstream), nil]
  }
}
