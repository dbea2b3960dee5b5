/// A tensor seen as `[outer, length, inner]` around one axis.
package struct AxisSplit {
  package let outer: Int
  package let length: Int
  package let inner: Int

  /// Around `axis`, which must be in range (negative ones count from the back).
  package init(_ shape: [Int], axis: Int) {
    let positive = axis < 0 ? axis + shape.count : axis
    outer = shape[..<positive].reduce(1, *)
    length = shape[positive]
    inner = shape[(positive + 1)...].reduce(1, *)
  }

  /// Calls `body` for blocks that cover the tensor, on several threads: first outer position, how many, first inner
  /// position, how many. Several outer positions come with all inner ones. The cut depends on the sizes alone.
  package func forEachBlock(taskSize: Int = 1 << 15, _ body: (Int, Int, Int, Int) -> Void) {
    guard outer > 0, length > 0, inner > 0 else { return }
    let plane = length * inner
    if plane < taskSize || inner == 1 {
      Parallel.ranges(outer, grain: max(1, taskSize / plane)) { body($0.lowerBound, $0.count, 0, inner) }
      return
    }
    let width = max(64, taskSize / length / 64 * 64)
    let blocks = (inner + width - 1) / width
    Parallel.ranges(outer * blocks, grain: 1) { range in
      for index in range {
        let start = index % blocks * width
        body(index / blocks, 1, start, min(width, inner - start))
      }
    }
  }
}
