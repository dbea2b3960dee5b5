import CKernels

/// Goes through a head's rows block by block, as `AttentionKernel` does, and computes their probabilities once more.
///
/// The blocks of a head follow each other, since all add to its keys and values; heads that read the same matrix of a
/// followed term do too. Other heads run on several threads.
struct AttentionGradientKernel {
  let forward: AttentionKernel
  let upstream: UnsafePointer<Float>
  /// All zero at the start.
  let byQuery: UnsafeMutablePointer<Float>, byKey: UnsafeMutablePointer<Float>, byValue: UnsafeMutablePointer<Float>
  /// nil where no gradient is wanted.
  let byTerms: [UnsafeMutablePointer<Float>?]

  private var sizes: AttentionSizes { forward.sizes }
  private var isa: vk_isa { forward.isa }

  /// The memory of one thread.
  private struct Room {
    let probabilities: UnsafeMutablePointer<Float>, scores: UnsafeMutablePointer<Float>
    let scaled: UnsafeMutablePointer<Float>, part: UnsafeMutablePointer<Float>, gemm: UnsafeMutablePointer<Float>
  }

  func run() {
    guard sizes.count > 0, sizes.rows > 0 else { return }
    let rows = min(forward.blockRows, sizes.rows), widest = max(sizes.features, sizes.valueFeatures, 1)
    let sources = forward.terms.map { $0.matrix.sources(in: sizes.stack) }
    let groups = groups(sources)
    let work = sizes.rows * sizes.keys * (3 * sizes.features + 2 * sizes.valueFeatures) * sizes.count / groups.count
    let scoreCount = rows * sizes.keys, partCount = max(sizes.keys, rows) * widest
    let depth = max(widest, sizes.keys, rows)
    let gemm = vk_gemm_workspace_count(isa, depth, AttentionKernel.tileColumns)
    Parallel.ranges(groups.count, grain: AttentionKernel.grain / max(work, 1)) { chunk in
      Workspace.withFloats(2 * scoreCount + rows * widest + partCount + gemm) { memory in
        let scaled = memory + 2 * scoreCount, part = scaled + rows * widest
        let room = Room(
          probabilities: memory, scores: memory + scoreCount, scaled: scaled, part: part, gemm: part + partCount)
        for group in chunk {
          for head in groups[group] {
            for first in stride(from: 0, to: sizes.rows, by: rows) {
              block(head, first..<min(first + rows, sizes.rows), sources.map { $0[head] }, room)
            }
          }
        }
      }
    }
  }

  /// Heads that must follow each other, because they add to the same matrix.
  private func groups(_ sources: [[Int]]) -> [[Int]] {
    let shared = byTerms.indices.filter { byTerms[$0] != nil }
    guard let term = shared.first else { return (0..<sizes.count).map { [$0] } }
    guard shared.count == 1 else { return [Array(0..<sizes.count)] }
    var groups = [[Int]](repeating: [], count: (sources[term].max() ?? 0) + 1)
    for head in 0..<sizes.count { groups[sources[term][head]].append(head) }
    return groups
  }

  private func block(_ head: Int, _ rows: Range<Int>, _ sources: [Int], _ room: Room) {
    let keys = sizes.keys, step = sizes.heads * sizes.features, valueStep = sizes.heads * sizes.valueFeatures
    let queryAt = sizes.offset(head, rows: sizes.rows, features: sizes.features) + rows.lowerBound * step
    let keyAt = sizes.offset(head, rows: keys, features: sizes.features)
    let valueAt = sizes.offset(head, rows: keys, features: sizes.valueFeatures)
    let outputAt = sizes.offset(head, rows: sizes.rows, features: sizes.valueFeatures) + rows.lowerBound * valueStep
    forward.probabilities(
      head, rows, sources, into: room.probabilities, scaled: room.scaled, workspace: room.gemm)
    // By the probabilities, then by the scores.
    multiply(
      rows.count, keys, sizes.valueFeatures, upstream + outputAt, (valueStep, 1), forward.value + valueAt, valueStep,
      isTransposed: true, room.scores, keys, room)
    vk_softmax_rows_gradient(isa, room.probabilities, room.scores, rows.count, keys)
    for (index, target) in byTerms.enumerated() {
      if let target { addTerm(forward.terms[index].matrix, sources[index], rows, room.scores, to: target) }
    }
    var factor = forward.scale
    vk_binary_f32(
      isa, VK_MULTIPLY, 1, rows.count * keys, room.scores, vk_stride(row: 0, column: 1), &factor,
      vk_stride(row: 0, column: 0), room.scores)
    multiply(
      rows.count, sizes.features, keys, room.scores, (keys, 1), forward.key + keyAt, step, isTransposed: false,
      byQuery + queryAt, step, room)
    multiply(
      keys, sizes.features, rows.count, room.scores, (1, keys), forward.query + queryAt, step, isTransposed: false,
      room.part, sizes.features, room)
    addRows(keys, sizes.features, room.part, to: byKey + keyAt, step)
    multiply(
      keys, sizes.valueFeatures, rows.count, room.probabilities, (1, keys), upstream + outputAt, valueStep,
      isTransposed: false, room.part, sizes.valueFeatures, room)
    addRows(keys, sizes.valueFeatures, room.part, to: byValue + valueAt, valueStep)
  }

  /// One product, tile by tile. `steps` are those of the left matrix, from row to row and from term to term.
  private func multiply(
    _ rows: Int, _ columns: Int, _ depth: Int, _ left: UnsafePointer<Float>, _ steps: (Int, Int),
    _ right: UnsafePointer<Float>, _ rightStep: Int, isTransposed: Bool, _ target: UnsafeMutablePointer<Float>,
    _ targetStep: Int, _ room: Room
  ) {
    var gemm = vk_gemm(
      m: rows, n: columns, k: depth, panel_rows: vk_gemm_panel_rows(isa, rows), packed_a: nil, a: left,
      a_row_stride: steps.0, a_k_stride: steps.1, b: right, b_stride: rightStep, b_transposed: isTransposed,
      c: target, c_stride: targetStep, row_bias: nil, column_bias: nil)
    for first in stride(from: 0, to: columns, by: AttentionKernel.tileColumns) {
      vk_gemm_run(isa, &gemm, 0, rows, first, min(first + AttentionKernel.tileColumns, columns), room.gemm)
    }
  }

  private func addRows(
    _ rows: Int, _ count: Int, _ part: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    let one = vk_stride(row: 0, column: 1)
    for row in 0..<rows {
      let place = target + row * step
      vk_binary_f32(isa, VK_ADD, 1, count, place, one, part + row * count, one, place)
    }
  }

  /// Adds the scores' gradient to that of a term, summed where the term was repeated.
  private func addTerm(
    _ matrix: MatrixShape, _ source: Int, _ rows: Range<Int>, _ scores: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>
  ) {
    let keys = sizes.keys, one = vk_stride(row: 0, column: 1)
    for (offset, row) in rows.enumerated() {
      let place = target + (source * matrix.rows + (matrix.rows == 1 ? 0 : row)) * matrix.columns
      let line = scores + offset * keys
      if matrix.columns == keys {
        vk_binary_f32(isa, VK_ADD, 1, keys, place, one, line, one, place)
      } else {
        place[0] += (0..<keys).reduce(0) { $0 + line[$1] }
      }
    }
  }
}
