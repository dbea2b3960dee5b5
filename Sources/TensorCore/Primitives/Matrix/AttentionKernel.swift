import CKernels

/// The sizes of an attention, and where each head's matrices lie.
struct AttentionSizes {
  /// The axes before the scores' two, the heads last.
  let stack: [Int]
  /// Rows of the query and of the key.
  let rows: Int, keys: Int
  /// Features a head of query and key, and of the value.
  let features: Int, valueFeatures: Int
  /// Heads side by side in a row.
  let heads: Int

  /// The shapes of query, key and value must fit each other.
  init(_ shapes: [[Int]], heads: Int?) {
    let rank = shapes[0].count
    self.heads = heads ?? 1
    rows = shapes[0][rank - 2]
    keys = shapes[1][rank - 2]
    features = shapes[0][rank - 1] / self.heads
    valueFeatures = shapes[2][rank - 1] / self.heads
    stack = shapes[0].dropLast(2) + (heads.map { [$0] } ?? [])
  }

  /// Number of heads in all.
  var count: Int { stack.reduce(1, *) }

  /// Where head `index` begins in a tensor of `rows` rows with `features` a head.
  func offset(_ index: Int, rows: Int, features: Int) -> Int {
    (index / heads * rows * heads + index % heads) * features
  }
}

/// Computes attention block by block: some rows of a head's scores, their softmax, their product with the value.
///
/// Blocks run on the thread pool, each with scores of its own, cut by the sizes alone.
struct AttentionKernel {
  /// Something added to the scores: the matrix that each head reads, and its steps.
  struct Term {
    let pointer: UnsafePointer<Float>
    let matrix: MatrixShape

    init(_ view: TensorView) {
      pointer = view.floats
      let missing = Array(repeating: 1, count: max(2 - view.shape.count, 0))
      matrix = MatrixShape(missing + view.shape, isLeft: true, transposed: false)
    }
  }

  let sizes: AttentionSizes
  let scale: Float
  let query: UnsafePointer<Float>
  let key: UnsafePointer<Float>
  let value: UnsafePointer<Float>
  let terms: [Term]
  let output: UnsafeMutablePointer<Float>
  var isa = KernelISA.current

  /// Most rows of a block, and most scores that one holds where there are more rows than `fewestRows`.
  private static let mostRows = 64, mostScores = 1 << 17, fewestRows = 8
  /// Columns of a product's tile: a multiple of every tier's.
  static let tileColumns = 384
  /// Multiplications that make a chunk worth handing to a thread.
  static let grain = 1 << 19

  /// Rows of the query whose scores are held at a time.
  var blockRows: Int { max(min(Self.mostRows, Self.mostScores / sizes.keys), Self.fewestRows) }

  func run() {
    let blockRows = blockRows
    let blocks = (sizes.rows + blockRows - 1) / blockRows
    let sources = terms.map { $0.matrix.sources(in: sizes.stack) }
    let work = max(min(blockRows, sizes.rows) * sizes.keys * (sizes.features + sizes.valueFeatures), 1)
    let gemm = max(
      vk_gemm_workspace_count(isa, sizes.features, min(sizes.keys, Self.tileColumns)),
      vk_gemm_workspace_count(isa, sizes.keys, min(sizes.valueFeatures, Self.tileColumns)))
    let scoreCount = blockRows * sizes.keys, queryCount = blockRows * sizes.features
    Parallel.ranges(sizes.count * blocks, grain: Self.grain / work) { chunk in
      Workspace.withFloats(scoreCount + queryCount + gemm) { workspace in
        for index in chunk {
          let head = index / blocks, first = index % blocks * blockRows
          block(
            head, first..<min(first + blockRows, sizes.rows), sources.map { $0[head] }, scores: workspace,
            scaled: workspace + scoreCount, workspace: workspace + scoreCount + queryCount)
        }
      }
    }
  }

  /// Some rows of one head.
  private func block(
    _ head: Int, _ rows: Range<Int>, _ sources: [Int], scores: UnsafeMutablePointer<Float>,
    scaled: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>
  ) {
    probabilities(head, rows, sources, into: scores, scaled: scaled, workspace: workspace)
    let valueStep = sizes.heads * sizes.valueFeatures, keys = sizes.keys
    multiply(
      rows.count, sizes.valueFeatures, keys, scores,
      value + sizes.offset(head, rows: keys, features: sizes.valueFeatures), valueStep, isTransposed: false,
      output + sizes.offset(head, rows: sizes.rows, features: sizes.valueFeatures) + rows.lowerBound * valueStep,
      valueStep, workspace)
  }

  /// The softmax of some rows of one head's scores. `sources` names the matrix of each term; `scaled` has room for the
  /// rows of the query.
  func probabilities(
    _ head: Int, _ rows: Range<Int>, _ sources: [Int], into scores: UnsafeMutablePointer<Float>,
    scaled: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>
  ) {
    let step = sizes.heads * sizes.features, rowCount = rows.count, keys = sizes.keys
    var factor = scale
    vk_binary_f32(
      isa, VK_MULTIPLY, rowCount, sizes.features,
      query + sizes.offset(head, rows: sizes.rows, features: sizes.features) + rows.lowerBound * step,
      vk_stride(row: step, column: 1), &factor, vk_stride(row: 0, column: 0), scaled)
    multiply(
      rowCount, keys, sizes.features, scaled, key + sizes.offset(head, rows: keys, features: sizes.features), step,
      isTransposed: true, scores, keys, workspace)
    for (term, source) in zip(terms, sources) {
      let matrix = term.matrix, row = matrix.rows == 1 ? 0 : matrix.columns
      let pointer = term.pointer + source * matrix.rows * matrix.columns + rows.lowerBound * row
      vk_binary_f32(
        isa, VK_ADD, rowCount, keys, scores, vk_stride(row: keys, column: 1), pointer,
        vk_stride(row: row, column: matrix.columns == 1 ? 0 : 1), scores)
    }
    vk_softmax_f32(isa, false, scores, scores, rowCount, keys, 1, 1)
  }

  /// One product of a contiguous left matrix, tile by tile.
  private func multiply(
    _ rows: Int, _ columns: Int, _ depth: Int, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    _ rightStep: Int, isTransposed: Bool, _ target: UnsafeMutablePointer<Float>, _ targetStep: Int,
    _ workspace: UnsafeMutablePointer<Float>
  ) {
    var gemm = vk_gemm(
      m: rows, n: columns, k: depth, panel_rows: vk_gemm_panel_rows(isa, rows), packed_a: nil, a: left,
      a_row_stride: depth, a_k_stride: 1, b: right, b_stride: rightStep, b_transposed: isTransposed, c: target,
      c_stride: targetStep, row_bias: nil, column_bias: nil)
    for first in stride(from: 0, to: columns, by: Self.tileColumns) {
      vk_gemm_run(isa, &gemm, 0, rows, first, min(first + Self.tileColumns, columns), workspace)
    }
  }
}
