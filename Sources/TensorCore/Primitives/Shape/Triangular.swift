/// The lower or upper triangle of the matrices in the last two axes; the rest is zero.
package struct Triangular: MovingPrimitive {
  package static let name = "triangular"
  package static let onnxName = "Trilu"
  package let upper: Bool
  /// The last diagonal kept: 0 is the main one, positive ones lie above.
  package let diagonal: Int

  package init(upper: Bool, diagonal: Int) {
    self.upper = upper
    self.diagonal = diagonal
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0].rank >= 2 else {
      throw ShapeError(.shape, Self.name, "needs at least 2 axes", shapes: inputs[0].shape)
    }
    return inputs
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = inputs[0].shape, size = inputs[0].dtype.byteSize
    let rows = shape[shape.count - 2], columns = shape[shape.count - 1]
    guard inputs[0].count > 0 else { return }
    let offset = min(max(diagonal, -rows), columns)
    let source = inputs[0].pointer, target = outputs[0].pointer
    Parallel.ranges(inputs[0].count / columns, grain: max((1 << 18) / (columns * size), 1)) { range in
      for row in range {
        // Columns from `cut` on are above the triangle's edge.
        let cut = min(max(row % rows + offset + (upper ? 0 : 1), 0), columns)
        let kept = upper ? cut..<columns : 0..<cut, cleared = upper ? 0..<cut : cut..<columns
        let start = row * columns
        let from = (start + kept.lowerBound) * size
        (target + from).copyMemory(from: source + from, byteCount: kept.count * size)
        (target + (start + cleared.lowerBound) * size).initializeMemory(
          as: UInt8.self, repeating: 0, count: cleared.count * size)
      }
    }
  }
}

extension Tensor {
  /// The lower triangle of the matrices in the last two axes, up to `diagonal` (0: the main one); the rest is zero.
  public func tril(diagonal: Int = 0) throws(ShapeError) -> Tensor {
    try .applySingle(Triangular(upper: false, diagonal: diagonal), self)
  }

  /// The upper triangle of the matrices in the last two axes, from `diagonal` (0: the main one); the rest is zero.
  public func triu(diagonal: Int = 0) throws(ShapeError) -> Tensor {
    try .applySingle(Triangular(upper: true, diagonal: diagonal), self)
  }
}
