import Support
import TensorCore

/// One run of a plan: where its blocks, inputs and outputs lie, and workspaces for the threads.
final class Frame: @unchecked Sendable {
  /// Where blocks (in the arena), inputs and outputs begin, for the whole batch or a part of it.
  struct Bases {
    let arena: UnsafeMutableRawPointer, blocks: [Int]
    let inputs: [UnsafeMutableRawPointer], outputs: [UnsafeMutableRawPointer]
  }

  /// Bytes that packed weights of the plan keep alive.
  struct Ahead: @unchecked Sendable {
    let pointer: UnsafeRawPointer
    let byteCount: Int
  }

  var bases: Bases
  private let spaces: Workspaces
  let pool = ThreadPool.shared
  /// What the next step reads.
  var ahead: Ahead?

  init(_ bases: Bases, spaces: Workspaces) {
    self.bases = bases
    self.spaces = spaces
  }

  /// Where a place begins. A constant's bytes are only read.
  func pointer(_ place: Place) -> UnsafeMutableRawPointer {
    switch place.root {
    case .arena(let block): bases.arena + (bases.blocks[block] + place.offset)
    case .input(let number): bases.inputs[number] + place.offset
    case .output(let number): bases.outputs[number] + place.offset
    case .constant(let tensor): UnsafeMutableRawPointer(mutating: tensor.view.pointer) + place.offset
    }
  }

  func floats(_ place: Place) -> UnsafeMutablePointer<Float> { pointer(place).assumingMemoryBound(to: Float.self) }

  /// Products below which waking another thread costs more than it saves.
  private static let leastWork = 200_000

  /// Deals tiles out in small chunks, so that threads end at about the same time; each thread has a workspace of `floats`. `work`
  /// is the number of products in all. How they are dealt out changes no result. `body` deals out none itself.
  func tiles(
    _ count: Int, workspace floats: Int = 0, work: Int = .max,
    _ body: (_ begin: Int, _ end: Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    deal(count, work) { body($0, $1, spaces.space(of: $2, floats: floats)) }
  }

  /// The same one after the other, in workspaces of `floats` at `spaces`, one for each of the pool's threads: a thread that goes
  /// on after a tile that it did finds it as that left it; `continues` says so.
  func successive(
    _ count: Int, workspace floats: Int, at spaces: UnsafeMutablePointer<Float>, work: Int,
    _ body: (_ tile: Int, UnsafeMutablePointer<Float>, _ continues: Bool) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: pool.threadCount) { next in
      next.initialize(repeating: -1)
      deal(count, work) { begin, end, thread in
        for tile in begin..<end { body(tile, spaces + thread * floats, tile > begin || next[thread] == begin) }
        next[thread] = end
      }
    }
  }

  private func deal(_ count: Int, _ work: Int, _ body: (_ begin: Int, _ end: Int, _ thread: Int) -> Void) {
    guard count > 0 else { return }
    let chunks = pool.threadCount == 1 ? 1 : min(count, pool.threadCount * 64, work / Self.leastWork + 1)
    guard chunks > 1 else { return body(0, count, 0) }
    pool.run(evenChunks: chunks) { body(count * $0 / chunks, count * $1 / chunks, $2) }
  }

  /// Ranges of `count` items, at least `grain` in each.
  func ranges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let tiles = max(1, min(pool.threadCount * 4, count / max(grain, 1)))
    guard tiles > 1 else { return body(0..<count) }
    pool.run(chunks: tiles) { body(count * $0 / tiles..<count * ($0 + 1) / tiles) }
  }
}
