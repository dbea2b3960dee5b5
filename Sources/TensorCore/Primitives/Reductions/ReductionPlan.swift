/// How a reduction over any axes runs through a tensor without moving it.
///
/// Axes are merged into groups that are kept or reduced in turn. The last two groups go to a kernel at once: rows that
/// are reduced (`[kept, reduced]`), or columns (`[reduced, kept]`); the outer groups are looped over.
package struct ReductionPlan {
  /// Whether the innermost group is reduced.
  package let reducesRows: Bool
  /// Size of the kept group that kernels see.
  package let kept: Int
  /// Size of the reduced group that kernels see.
  package let reduced: Int
  /// Number of results.
  package let outputCount: Int
  /// Values that go into each result.
  package let reducedCount: Int
  /// The reduction is cut into this many segments, folded apart and joined in order: 1 where there are enough results to
  /// share out. Depends on the sizes alone.
  package let segments: Int

  private let outerKept: [(size: Int, stride: Int)]
  private let outerReduced: [(size: Int, stride: Int)]
  /// Reduced positions that a kernel takes at once.
  private let pieceLength: Int
  private let pieces: Int

  /// Elements that a task should read at least.
  private static let taskSize = 1 << 17
  /// Columns whose running results stay in the first-level cache.
  private static let columnBlock = 2048

  package init(shape: [Int], isReduced: [Bool]) {
    var groups: [(size: Int, stride: Int, reduced: Bool)] = []
    var stride = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if let last = groups.last, last.reduced == isReduced[axis] {
        groups[groups.count - 1].size *= shape[axis]
      } else {
        groups.append((shape[axis], stride, isReduced[axis]))
      }
      stride *= shape[axis]
    }
    // Groups stand innermost first here.
    reducesRows = groups.first?.reduced ?? true
    let first = groups.first?.size ?? 1, second = groups.count > 1 ? groups[1].size : 1
    kept = reducesRows ? second : first
    reduced = reducesRows ? first : second
    outerKept = groups.dropFirst(2).filter { !$0.reduced }.map { ($0.size, $0.stride) }
    outerReduced = groups.dropFirst(2).filter { $0.reduced }.map { ($0.size, $0.stride) }
    let outerReducedCount = outerReduced.reduce(1) { $0 * $1.size }
    outputCount = outerKept.reduce(kept) { $0 * $1.size }
    reducedCount = outerReducedCount * reduced
    let total = outputCount * reducedCount
    if total >= 2 * Self.taskSize, outputCount * Self.minimumGrain(reducesRows) < 16 * Self.columnBlock {
      pieceLength = max(1, reducesRows ? Self.taskSize : Self.taskSize / kept)
      pieces = outerReducedCount * ((reduced + pieceLength - 1) / pieceLength)
      segments = max(1, min(pieces, total / Self.taskSize))
    } else {
      pieceLength = max(1, reduced)
      pieces = reduced == 0 ? 0 : outerReducedCount
      segments = 1
    }
  }

  private static func minimumGrain(_ reducesRows: Bool) -> Int { reducesRows ? columnBlock : 1 }

  /// Results that a task should compute, where the reduction is not cut.
  package var outputGrain: Int {
    let wanted = max(1, Self.taskSize / max(1, reducedCount))
    if reducesRows || kept == 0 { return wanted }
    if kept <= Self.columnBlock { return (wanted + kept - 1) / kept * kept }
    return max(wanted, Self.columnBlock)
  }

  /// The pieces that belong to a segment.
  package func pieces(ofSegment segment: Int) -> Range<Int> {
    pieces * segment / segments..<pieces * (segment + 1) / segments
  }

  /// All pieces.
  package var allPieces: Range<Int> { 0..<pieces }

  /// Calls `body` with what a kernel can fold at once: where it starts in the input, how many reduced positions, the
  /// first result and how many results.
  package func forEachBlock(outputs: Range<Int>, pieces: Range<Int>, _ body: (Int, Int, Int, Int) -> Void) {
    let piecesInRow = (reduced + pieceLength - 1) / pieceLength
    var output = outputs.lowerBound
    while output < outputs.upperBound {
      let place = output % kept
      let limit = reducesRows ? kept : Self.columnBlock
      let width = min(kept - place, outputs.upperBound - output, limit)
      let base = Self.offset(output / kept, outerKept) + place * (reducesRows ? reduced : 1)
      for piece in pieces {
        let start = piece % piecesInRow * pieceLength
        let source = base + Self.offset(piece / piecesInRow, outerReduced) + start * (reducesRows ? 1 : kept)
        body(source, min(pieceLength, reduced - start), output, width)
      }
      output += width
    }
  }

  /// Where position `index` of the groups (innermost first) lies.
  private static func offset(_ index: Int, _ groups: [(size: Int, stride: Int)]) -> Int {
    var rest = index, offset = 0
    for group in groups {
      offset += rest % group.size * group.stride
      rest /= group.size
    }
    return offset
  }
}
