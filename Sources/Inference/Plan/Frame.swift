import Support
import Synchronization
import TensorCore

/// One run of a plan: where its blocks, inputs and outputs lie, and workspaces for the threads.
final class Frame: @unchecked Sendable {
  /// Where blocks, inputs and outputs begin, for the whole batch or a part of it.
  struct Bases {
    let blocks: [UnsafeMutableRawPointer], inputs: [UnsafeMutableRawPointer], outputs: [UnsafeMutableRawPointer]
  }

  var bases: Bases
  private let spaces: Workspaces
  let pool = ThreadPool.shared
  /// What the next step reads.
  var ahead: PackedFloats?

  init(_ bases: Bases, spaces: Workspaces) {
    self.bases = bases
    self.spaces = spaces
  }

  /// Where a place begins. A constant's bytes are only read.
  func pointer(_ place: Place) -> UnsafeMutableRawPointer {
    switch place.root {
    case .arena(let block): bases.blocks[block] + place.offset
    case .input(let number): bases.inputs[number] + place.offset
    case .output(let number): bases.outputs[number] + place.offset
    case .constant(let tensor): UnsafeMutableRawPointer(mutating: tensor.view.pointer) + place.offset
    }
  }

  func floats(_ place: Place) -> UnsafeMutablePointer<Float> { pointer(place).assumingMemoryBound(to: Float.self) }

  /// Products below which waking another thread costs more than it saves.
  private static let leastWork = 200_000

  /// Deals tiles out in small chunks, so that threads end at about the same time; each chunk has a workspace of `floats` for itself. `work` is the number of
  /// products in all. How they are dealt out changes no result.
  func tiles(
    _ count: Int, workspace floats: Int = 0, work: Int = .max,
    _ body: (_ begin: Int, _ end: Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    deal(count, work) { begin, end in
      let space = spaces.take(floats)
      body(begin, end, space.pointer)
      spaces.giveBack(space)
    }
  }

  /// The same one after the other: who goes on after a tile gets the workspace that was used for it, as it was left, if it is free;
  /// `continues` says so. There is a workspace of `floats` at `spaces` for each of the pool's threads, or each tile if they are fewer.
  func successive(
    _ count: Int, workspace floats: Int, at spaces: UnsafeMutablePointer<Float>, work: Int,
    _ body: (_ tile: Int, UnsafeMutablePointer<Float>, _ continues: Bool) -> Void
  ) {
    let free = Mutex((0..<min(pool.threadCount, count)).map { (next: -1, space: $0) })
    deal(count, work) { begin, end in
      let kept = free.withLock { free in free.remove(at: free.firstIndex { $0.next == begin } ?? free.count - 1) }
      for tile in begin..<end {
        body(tile, spaces + kept.space * floats, tile > begin || kept.next == begin)
      }
      free.withLock { $0.append((end, kept.space)) }
    }
  }

  private func deal(_ count: Int, _ work: Int, _ body: (_ begin: Int, _ end: Int) -> Void) {
    guard count > 0 else { return }
    let chunks = pool.threadCount == 1 ? 1 : min(count, pool.threadCount * 64, work / Self.leastWork + 1)
    guard chunks > 1 else { return body(0, count) }
    pool.run(chunks: chunks) { body(count * $0 / chunks, count * ($0 + 1) / chunks) }
  }

  /// Ranges of `count` items, at least `grain` in each.
  func ranges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let tiles = max(1, min(pool.threadCount * 4, count / max(grain, 1)))
    guard tiles > 1 else { return body(0..<count) }
    pool.run(chunks: tiles) { body(count * $0 / tiles..<count * ($0 + 1) / tiles) }
  }
}

/// Memory for threads to work in, kept from step to step and from run to run.
final class Workspaces: Sendable {
  struct Space: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let floats: Int
  }

  private let free = Mutex<[Space]>([])

  func take(_ floats: Int) -> Space {
    let kept = free.withLock { $0.popLast() }
    if let kept, kept.floats >= floats { return kept }
    kept.map(Self.release)
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(floats, 1) * 4 + 64, alignment: 64)
    return Space(pointer: raw.assumingMemoryBound(to: Float.self), floats: floats)
  }

  func giveBack(_ space: Space) { free.withLock { $0.append(space) } }

  private static func release(_ space: Space) { UnsafeMutableRawPointer(space.pointer).deallocate() }

  deinit { free.withLock { $0.forEach(Self.release) } }
}
