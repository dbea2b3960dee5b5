import Support

/// Splits loops over the shared thread pool. The cut depends on the sizes alone, never on the number of threads.
package enum Parallel {
  /// Calls `body` with consecutive ranges that cover `0..<count`, each about `grain` long, on several threads.
  ///
  /// Small loops run on the caller. `body` must write only what belongs to its range.
  package static func ranges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    guard count > 0 else { return }
    let size = max(grain, 1)
    let chunks = (count + size - 1) / size
    guard chunks > 1 else { return body(0..<count) }
    ThreadPool.shared.run(chunks: chunks) { chunk in
      body(chunk * size..<min((chunk + 1) * size, count))
    }
  }
}
