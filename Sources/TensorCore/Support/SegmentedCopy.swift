/// A run of indices of one target axis, and where in the source axis they come from.
struct AxisSegment {
  let target: Int, source: Int, count: Int
  /// From one source index to the next; may be negative or zero.
  var step = 1
}

/// Copies between tensors whose axes are each cut into segments: padding and rolling.
struct SegmentedCopy {
  /// The segments of each axis; those of one axis do not overlap in the target.
  let segments: [[AxisSegment]]
  let sourceShape: [Int]
  let targetShape: [Int]

  /// Copies every combination of one segment an axis.
  func run(elementSize: Int, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
    copy([], elementSize, source, target)
  }

  private func copy(
    _ chosen: [AxisSegment], _ size: Int, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
  ) {
    guard chosen.count == segments.count else {
      for segment in segments[chosen.count] where segment.count > 0 {
        copy(chosen + [segment], size, source, target)
      }
      return
    }
    let sourceStrides = Strides.rowMajor(sourceShape), targetStrides = Strides.rowMajor(targetShape)
    let from = zip(chosen, sourceStrides).reduce(0) { $0 + $1.0.source * $1.1 }
    let to = zip(chosen, targetStrides).reduce(0) { $0 + $1.0.target * $1.1 }
    StridedCopy(
      sizes: chosen.map(\.count), sourceStrides: zip(chosen, sourceStrides).map { $0.step * $1 },
      targetStrides: targetStrides
    ).run(elementSize: size, from: source + from * size, to: target + to * size)
  }
}
