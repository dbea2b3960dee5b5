extension Roll {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let shape = context.inputSpecs[0].shape
    // Reduced first: the smallest integer has no negative.
    let back = zip(shifts, axes).map { shift, axis in
      let size = shape[axis < 0 ? axis + shape.count : axis]
      return size == 0 ? 0 : -(shift % size)
    }
    return [try context.upstream().roll(back, axes: axes)]
  }
}

extension Tile {
  /// The sum over the repetitions.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let spec = context.inputSpecs[0]
    let split = zip(repeats, spec.shape).flatMap { [$0, $1] }
    let axes = repeats.indices.filter { repeats[$0] != 1 }.map { 2 * $0 }
    guard !axes.isEmpty else { return [try context.upstream()] }
    return [try context.upstream().reshape(split).sum(axes: axes).reshape(spec.shape)]
  }
}

extension Triangular {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try .applySingle(self, context.upstream())]
  }
}

extension TopK {
  package var savedForGradient: SavedValues { SavedValues(outputs: [1]) }

  /// To the places where the chosen elements stood.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let spec = context.inputSpecs[0], upstream = try context.upstream()
    guard spec.rank > 0 else { return [upstream] }
    let zeros = try Tensor.zeros(spec.shape, dtype: spec.dtype)
    return [try .applySingle(Scatter(axis: axis, adds: true), zeros, context.output(1), upstream)]
  }
}

extension CumulativeSum {
  /// The running sum from the other end.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let rank = context.inputSpecs[0].rank
    var reversed = [SliceRange](repeating: .all, count: rank)
    reversed[axis < 0 ? axis + rank : axis] = SliceRange(step: -1)
    return [try context.upstream().slice(reversed).cumulativeSum(axis: axis).slice(reversed)]
  }
}
