/// Elements moved along axes, those that leave at one end coming in at the other.
///
/// ONNX has no such operator: a writer composes it of `Slice` and `Concat`, hence the empty name.
package struct Roll: MovingPrimitive {
  package static let name = "roll"
  package static let onnxName = ""
  package let shifts: [Int]
  package let axes: [Int]

  package init(shifts: [Int], axes: [Int]) {
    self.shifts = shifts
    self.axes = axes
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard shifts.count == axes.count else {
      throw ShapeError(.argument, Self.name, "\(shifts.count) shifts for \(axes.count) axes", shapes: inputs[0].shape)
    }
    for axis in axes { _ = try inputs[0].checkedAxis(axis, Self.name) }
    return inputs
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = inputs[0].shape
    guard inputs[0].count > 0 else { return }
    var moved = Array(repeating: 0, count: shape.count)
    for (shift, axis) in zip(shifts, axes) {  // an axis given twice moves by both
      let axis = axis < 0 ? axis + shape.count : axis, size = shape[axis]
      moved[axis] = (moved[axis] + (shift % size + size) % size) % size
    }
    let segments = zip(shape, moved).map { size, shift in
      [
        AxisSegment(target: 0, source: size - shift, count: shift),
        AxisSegment(target: shift, source: 0, count: size - shift),
      ]
    }
    SegmentedCopy(segments: segments, sourceShape: shape, targetShape: shape)
      .run(elementSize: inputs[0].dtype.byteSize, from: inputs[0].pointer, to: outputs[0].pointer)
  }
}

extension Tensor {
  /// Elements moved by `shifts` along `axes`; those that leave at one end come in at the other.
  public func roll(_ shifts: [Int], axes: [Int]) throws(ShapeError) -> Tensor {
    try .applySingle(Roll(shifts: shifts, axes: axes), self)
  }
}
