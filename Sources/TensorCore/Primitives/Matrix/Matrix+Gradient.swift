extension LinearProduct {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream(), features = context.inputSpecs[1].shape
    let rows = try upstream.reshape([-1, features[0]])
    var results: [Tensor?] = [nil, nil, nil]
    if context.needs(0) {
      results[0] = try rows.matmul(context.input(1)).reshape(context.inputSpecs[0].shape)
    }
    if context.needs(1) {
      results[1] = try rows.matmul(context.input(0).reshape([-1, features[1]]), transposeA: true)
    }
    if context.needs(2) { results[2] = try rows.sum(axes: [0]) }
    return results
  }
}

extension MatrixMultiply {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    // Tensors of one axis as matrices: a row on the left, a column on the right.
    let isRow = context.inputSpecs[0].rank == 1, isColumn = context.inputSpecs[1].rank == 1
    let a = isRow ? try context.input(0).unsqueeze(0) : try context.input(0)
    let b = isColumn ? try context.input(1).unsqueeze(1) : try context.input(1)
    var upstream = try context.upstream()
    if isColumn { upstream = try upstream.unsqueeze(-1) }
    if isRow { upstream = try upstream.unsqueeze(-2) }
    let flipA = transposeA && !isRow, flipB = transposeB && !isColumn
    var results: [Tensor?] = [nil, nil]
    if context.needs(0) {
      let gradient =
        flipA
        ? try b.matmul(upstream, transposeA: flipB, transposeB: true)
        : try upstream.matmul(b, transposeB: !flipB)
      results[0] = try context.reduced(isRow ? gradient.squeezedRow() : gradient, toInput: 0)
    }
    if context.needs(1) {
      let gradient =
        flipB
        ? try upstream.matmul(a, transposeA: true, transposeB: flipA)
        : try a.matmul(upstream, transposeA: !flipA)
      results[1] = try context.reduced(isColumn ? gradient.squeeze(-1) : gradient, toInput: 1)
    }
    return results
  }
}

extension Tensor {
  /// Without the last axis but one, of size 1.
  fileprivate func squeezedRow() throws(ShapeError) -> Tensor { try squeeze(-2) }
}
