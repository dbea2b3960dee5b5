import CKernels

/// Chooses the kernel for a stack of matrix products by its sizes: packed tiles, or, for a few rows or one column, the
/// products with vectors, which stream the matrix once.
package struct MatrixKernel {
  let left: UnsafePointer<Float>
  let leftShape: MatrixShape
  let right: UnsafePointer<Float>
  let rightShape: MatrixShape
  let output: UnsafeMutablePointer<Float>
  /// One value a column of the output, or nil.
  let bias: UnsafePointer<Float>?
  let isa: vk_isa

  private let rows: Int
  private let columns: Int
  private let depth: Int
  /// For every product, the matrix that it reads on either side.
  private let lefts: [Int]
  private let rights: [Int]

  /// The shapes must have passed `MatrixMultiply.outputs`.
  package init(
    left: UnsafePointer<Float>, _ leftShape: MatrixShape, right: UnsafePointer<Float>, _ rightShape: MatrixShape,
    output: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>? = nil, isa: vk_isa = KernelISA.current
  ) {
    self.left = left
    self.leftShape = leftShape
    self.right = right
    self.rightShape = rightShape
    self.output = output
    self.bias = bias
    self.isa = isa
    depth = leftShape.columns
    columns = rightShape.columns
    let stack = MatrixShape.broadcast(leftShape.stack, rightShape.stack) ?? []
    if rightShape.stack.allSatisfy({ $0 == 1 }), !leftShape.isTransposed || leftShape.rows == 1 {
      // One matrix on the right: the stack on the left is one tall matrix.
      rows = leftShape.rows * stack.reduce(1, *)
      lefts = [0]
      rights = [0]
    } else {
      rows = leftShape.rows
      lefts = leftShape.sources(in: stack)
      rights = rightShape.sources(in: stack)
    }
  }

  /// Multiplications that make a chunk worth handing to a thread, for products that memory limits.
  private static let grain = 1 << 17
  /// Rows up to which a transposed right matrix is streamed rather than packed.
  private static let fewRows = 4

  package func run() {
    guard rows > 0, columns > 0, !lefts.isEmpty else { return }
    let leftRuns = !leftShape.isTransposed || leftShape.rows == 1
    if rows <= Self.fewRows, leftRuns, rightShape.isTransposed {
      return streamRight()
    } else if rows == 1, leftRuns, columns > 1 {
      return combineRows()
    } else if columns == 1, leftRuns, bias == nil {
      return streamLeft()
    }
    var products = MatrixProducts(
      rows: rows, columns: columns, depth: depth, count: lefts.count, leftCount: (lefts.max() ?? 0) + 1)
    products.isa = isa
    if !leftRuns {
      products.leftRowStride = 1
      products.leftDepthStride = rows
    }
    products.isRightTransposed = rightShape.isTransposed
    products.rightStride = rightShape.isTransposed ? depth : columns
    products.run {
      left + $0 * rows * depth
    } product: { index in
      .init(
        left: lefts[index], right: right + rights[index] * depth * columns, output: output + index * rows * columns,
        rowBias: nil, columnBias: bias)
    }
  }

  /// Cuts the longer side of every product into chunks.
  private func chunks(_ length: Int, work: Int, _ body: (_ product: Int, _ range: Range<Int>) -> Void) {
    let size = max(Self.grain / max(work, 1), 1)
    let pieces = (length + size - 1) / size
    let atOnce = max(Self.grain / max(work * length, 1), 1)
    Parallel.ranges(lefts.count * pieces, grain: atOnce) { chunk in
      for index in chunk {
        let begin = index % pieces * size
        body(index / pieces, begin..<min(begin + size, length))
      }
    }
  }

  /// Few rows times a transposed matrix, such as fully connected layers: dot products along the weights.
  private func streamRight() {
    chunks(columns, work: depth * rows) { product, range in
      let matrix = right + (rights[product] * columns + range.lowerBound) * depth
      vk_gemv(
        isa, range.count, depth, matrix, depth, left + lefts[product] * rows * depth, depth, rows,
        bias.map { $0 + range.lowerBound }, output + product * rows * columns + range.lowerBound, 1, columns)
    }
  }

  /// One row times a matrix: a sum of the matrix's rows.
  private func combineRows() {
    // Stretches long enough for the processor to fetch ahead along each row.
    let stretch = 512
    chunks((columns + stretch - 1) / stretch, work: depth * stretch) { product, range in
      let begin = range.lowerBound * stretch, end = min(range.upperBound * stretch, columns)
      vk_gevm(
        isa, depth, end - begin, left + lefts[product] * depth, 1,
        right + rights[product] * depth * columns + begin, columns, bias.map { $0 + begin },
        output + product * columns + begin)
    }
  }

  /// A matrix times one column.
  private func streamLeft() {
    chunks(rows, work: depth) { product, range in
      vk_gemv(
        isa, range.count, depth, left + (lefts[product] * rows + range.lowerBound) * depth, depth,
        right + rights[product] * depth, depth, 1, nil, output + product * rows + range.lowerBound, 1, 1)
    }
  }
}
