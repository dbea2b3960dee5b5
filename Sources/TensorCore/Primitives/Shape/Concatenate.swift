/// Tensors joined along one axis; the other axes must agree.
package struct Concatenate: MovingPrimitive {
  package static let name = "concatenate"
  package static let onnxName = "Concat"
  package let axis: Int

  package init(axis: Int) {
    self.axis = axis
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard let first = inputs.first else { throw ShapeError(.argument, Self.name, "no tensors") }
    let axis = try first.checkedAxis(axis, Self.name)
    var shape = first.shape
    for (index, input) in inputs.enumerated().dropFirst() {
      guard input.dtype == first.dtype else {
        throw ShapeError(.dtype, Self.name, "input \(index) is \(input.dtype), input 0 is \(first.dtype)")
      }
      var comparable = input.shape
      if comparable.count == shape.count { comparable[axis] = first.shape[axis] }
      guard comparable == first.shape else {
        throw ShapeError(
          .shape, Self.name, "inputs 0 and \(index) differ in more than axis \(axis)", shapes: first.shape, input.shape)
      }
      let (sum, overflow) = shape[axis].addingReportingOverflow(input.shape[axis])
      guard !overflow else { throw ShapeError(.memory, Self.name, "the result is too large", shapes: first.shape) }
      shape[axis] = sum
    }
    return [TensorSpec(shape, first.dtype)]
  }

  /// A single tensor is its own concatenation.
  package func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]? {
    inputs.count == 1 ? inputs : nil
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = outputs[0].shape, size = outputs[0].dtype.byteSize
    let axis = axis < 0 ? axis + shape.count : axis
    let outer = shape[..<axis].reduce(1, *), inner = shape[(axis + 1)...].reduce(1, *)
    var target = outputs[0].pointer
    for input in inputs where input.count > 0 {
      let run = input.shape[axis] * inner
      StridedCopy(sizes: [outer, run], sourceStrides: [run, 1], targetStrides: [shape[axis] * inner, 1])
        .run(elementSize: size, from: input.pointer, to: target)
      target += run * size
    }
  }
}

extension Tensor {
  /// Tensors joined along `axis`; the other axes and the types must agree.
  public static func concatenate(_ tensors: [Tensor], axis: Int) throws(ShapeError) -> Tensor {
    try apply(Concatenate(axis: axis), tensors)[0]
  }

  /// Tensors of one shape joined along a new axis, which lands at `axis` (from `-(rank + 1)` to `rank`).
  public static func stack(_ tensors: [Tensor], axis: Int = 0) throws(ShapeError) -> Tensor {
    guard let first = tensors.first else { throw ShapeError(.argument, "stack", "no tensors") }
    for (index, tensor) in tensors.enumerated() where tensor.shape != first.shape {
      throw ShapeError(.shape, "stack", "inputs 0 and \(index) differ", shapes: first.shape, tensor.shape)
    }
    var raised: [Tensor] = []
    for tensor in tensors { raised.append(try tensor.unsqueeze(axis)) }
    return try concatenate(raised, axis: axis)
  }
}
