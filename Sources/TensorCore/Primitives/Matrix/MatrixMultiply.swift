/// Matrix product with NumPy's rules: `[..., M, K] x [..., K, N]` -> `[..., M, N]`, leading axes broadcast, one-axis
/// tensors as a row on the left and a column on the right.
package struct MatrixMultiply: Primitive {
  package static let name = "matmul"
  package static let onnxName = "MatMul"

  /// Whether the last two axes of the inputs are read exchanged; no effect on a tensor of one axis.
  package var transposeA = false
  package var transposeB = false

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let a = inputs[0], b = inputs[1]
    guard a.rank > 0, b.rank > 0 else {
      throw ShapeError(.shape, Self.name, "a scalar has no rows and columns", shapes: a.shape, b.shape)
    }
    guard a.dtype == b.dtype else {
      throw ShapeError(.dtype, Self.name, "inputs are \(a.dtype) and \(b.dtype); cast one")
    }
    let left = MatrixShape(a.shape, isLeft: true, transposed: transposeA)
    let right = MatrixShape(b.shape, isLeft: false, transposed: transposeB)
    guard left.columns == right.rows else {
      throw ShapeError(
        .shape, Self.name, "the left matrix has \(left.columns) columns, the right one \(right.rows) rows",
        shapes: a.shape, b.shape)
    }
    guard let stack = MatrixShape.broadcast(left.stack, right.stack) else {
      throw ShapeError(
        .shape, Self.name, "leading axes \(left.stack) and \(right.stack) do not fit each other",
        shapes: a.shape, b.shape)
    }
    let matrix = (a.rank > 1 ? [left.rows] : []) + (b.rank > 1 ? [right.columns] : [])
    return [TensorSpec(stack + matrix, a.dtype)]
  }

  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int {
    outputs[0].count * MatrixShape(inputs[0].shape, isLeft: true, transposed: transposeA).columns
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    MatrixKernel(
      left: inputs[0].floats, MatrixShape(inputs[0].shape, isLeft: true, transposed: transposeA),
      right: inputs[1].floats, MatrixShape(inputs[1].shape, isLeft: false, transposed: transposeB),
      output: outputs[0].floats
    ).run()
  }
}

/// A tensor read as a stack of matrices.
package struct MatrixShape {
  /// The leading axes.
  package let stack: [Int]
  package let rows: Int
  package let columns: Int
  /// Whether the columns, not the rows, lie contiguous.
  package let isTransposed: Bool

  package init(_ shape: [Int], isLeft: Bool, transposed: Bool) {
    guard shape.count > 1 else {
      stack = []
      rows = isLeft ? 1 : shape[0]
      columns = isLeft ? shape[0] : 1
      isTransposed = false
      return
    }
    let last = shape[shape.count - 1], before = shape[shape.count - 2]
    stack = Array(shape.dropLast(2))
    rows = transposed ? last : before
    columns = transposed ? before : last
    isTransposed = transposed
  }

  /// The shape that both broadcast to, or nil.
  static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    var result = Array(repeating: 1, count: rank)
    for axis in 0..<rank {
      let x = axis + a.count - rank, y = axis + b.count - rank
      let sizes = (x < 0 ? 1 : a[x], y < 0 ? 1 : b[y])
      guard sizes.0 == sizes.1 || sizes.0 == 1 || sizes.1 == 1 else { return nil }
      result[axis] = sizes.0 == 1 ? sizes.1 : sizes.0
    }
    return result
  }

  /// For every matrix of the broadcast stack, the number of the matrix of this one that it reads.
  func sources(in broadcast: [Int]) -> [Int] {
    var sources = [0]
    var below = stack.reduce(1, *)
    for axis in broadcast.indices {
      let own = axis + stack.count - broadcast.count
      let size = own < 0 ? 1 : stack[own]
      if own >= 0, size > 0 { below /= size }
      let step = size == 1 ? 0 : below
      sources = sources.flatMap { source in (0..<broadcast[axis]).map { source + $0 * step } }
    }
    return sources
  }
}

extension Tensor {
  /// Matrix product, NumPy's rules: `[..., M, K] x [..., K, N]` -> `[..., M, N]`; leading axes broadcast, one-axis
  /// tensors are a row on the left and a column on the right. `transposeA` and `transposeB` read the last two axes
  /// exchanged, without a copy. Throws where the inner sizes or the leading axes do not fit.
  public func matmul(
    _ other: Tensor, transposeA: Bool = false, transposeB: Bool = false
  ) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(MatrixMultiply(transposeA: transposeA, transposeB: transposeB), self, other)
  }
}
