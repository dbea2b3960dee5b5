/// What `Tensor.pad` puts outside the tensor.
public enum PadMode: Sendable, Hashable {
  /// A value, rounded to the tensor's type.
  case constant(Double)
  /// The tensor mirrored at its border, without repeating the border itself.
  case reflect
  /// The border.
  case replicate
  /// The tensor once more, from its other end.
  case circular
}

/// Elements added before and after each axis, or cut off where a number is negative.
package struct Pad: MovingPrimitive {
  package static let name = "pad"
  package static let onnxName = "Pad"
  /// For the last `before.count` axes, in the order of the axes.
  package let before: [Int], after: [Int]
  package let mode: PadMode

  package init(before: [Int], after: [Int], mode: PadMode) {
    self.before = before
    self.after = after
    self.mode = mode
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0], skipped = input.rank - before.count
    guard skipped >= 0, before.count == after.count else {
      throw ShapeError(.argument, Self.name, "\(before.count) pads for \(input.rank) axes", shapes: input.shape)
    }
    var shape = input.shape
    for (index, (first, last)) in zip(before, after).enumerated() {
      let axis = index + skipped, size = input.shape[axis]
      if let limit = largestPad(size), first < 0 || last < 0 || first > limit || last > limit {
        throw ShapeError(
          .argument, Self.name, "mode \(mode) cannot pad axis \(axis) by \(first), \(last)", shapes: input.shape)
      }
      let (partial, low) = size.addingReportingOverflow(first)
      let (sum, high) = partial.addingReportingOverflow(last)
      guard !low, !high else { throw ShapeError(.memory, Self.name, "pads \(first), \(last) are too large") }
      guard first >= -size, last >= -size, sum >= 0 else {
        throw ShapeError(.argument, Self.name, "pads \(first), \(last) cut more than axis \(axis)", shapes: input.shape)
      }
      shape[axis] = sum
    }
    return [TensorSpec(shape, input.dtype)]
  }

  /// The largest pad of an axis; nil without a limit.
  private func largestPad(_ size: Int) -> Int? {
    switch mode {
    case .constant: nil
    case .reflect: max(size - 1, 0)
    case .replicate: size > 0 ? Int.max : 0
    case .circular: size
    }
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let input = inputs[0], output = outputs[0], size = input.dtype.byteSize
    if case .constant(let value) = mode {
      var bits = input.dtype.elementBits(value).littleEndian
      StridedCopy.fill(output.pointer, count: output.count, elementSize: size, value: &bits)
    }
    guard output.count > 0, input.count > 0 else { return }
    let skipped = input.shape.count - before.count
    let segments = input.shape.enumerated().map { axis, size in
      axis < skipped
        ? [AxisSegment(target: 0, source: 0, count: size)]
        : parts(of: size, before[axis - skipped], after[axis - skipped])
    }
    SegmentedCopy(segments: segments, sourceShape: input.shape, targetShape: output.shape)
      .run(elementSize: size, from: input.pointer, to: output.pointer)
  }

  func parts(of size: Int, _ before: Int, _ after: Int) -> [AxisSegment] {
    let kept = AxisSegment(
      target: max(before, 0), source: max(-before, 0), count: size + min(before, 0) + min(after, 0))
    let end = before + size
    switch mode {
    case .constant: return [kept]
    case .reflect:
      return [
        AxisSegment(target: 0, source: before, count: before, step: -1), kept,
        AxisSegment(target: end, source: size - 2, count: after, step: -1),
      ]
    case .replicate:
      return [
        AxisSegment(target: 0, source: 0, count: before, step: 0), kept,
        AxisSegment(target: end, source: size - 1, count: after, step: 0),
      ]
    case .circular:
      return [
        AxisSegment(target: 0, source: size - before, count: before), kept,
        AxisSegment(target: end, source: 0, count: after),
      ]
    }
  }
}

extension Tensor {
  /// With elements added before and after each axis.
  ///
  /// `pads` are for the last axes, in the order of the axes: `[(top, bottom), (left, right)]` for images. Constant pads
  /// may be negative and then cut. Reflection needs pads smaller than the axis, circular padding at most as large.
  public func pad(
    _ pads: [(before: Int, after: Int)], mode: PadMode = .constant(0)
  ) throws(ShapeError) -> Tensor {
    try .applySingle(Pad(before: pads.map(\.before), after: pads.map(\.after), mode: mode), self)
  }
}
