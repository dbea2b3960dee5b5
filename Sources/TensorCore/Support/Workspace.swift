import Synchronization

/// Scratch memory for kernels, kept between uses: fresh large allocations cost a page fault every 4 KB.
package enum Workspace {
  private struct Block: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    let byteCount: Int
  }

  private struct Shelf: Sendable {
    var blocks: [Block] = []
    var byteCount = 0
  }

  private static let shelf = Mutex(Shelf())
  /// Bytes kept in all; what goes beyond is given back to the system.
  private static let mostKept = 32 << 20
  /// Sizes are rounded up to this, so that blocks fit the next user more often.
  private static let granule = 1 << 16

  /// Lends `count` uninitialised floats, 64-byte aligned, to `body`.
  package static func withFloats(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let block = take((max(count, 1) * 4 + granule - 1) / granule * granule)
    body(block.pointer.bindMemory(to: Float.self, capacity: count))
    give(block)
  }

  /// The smallest kept block that is large enough, or a new one.
  private static func take(_ byteCount: Int) -> Block {
    let kept = shelf.withLock { shelf -> Block? in
      var best: Int?
      for (index, block) in shelf.blocks.enumerated() where block.byteCount >= byteCount {
        if block.byteCount < best.map({ shelf.blocks[$0].byteCount }) ?? .max { best = index }
      }
      guard let best else { return nil }
      let block = shelf.blocks.remove(at: best)
      shelf.byteCount -= block.byteCount
      return block
    }
    if let kept { return kept }
    return Block(
      pointer: .allocate(byteCount: byteCount, alignment: Storage.alignment), byteCount: byteCount)
  }

  private static func give(_ block: Block) {
    let isKept = shelf.withLock { shelf in
      guard shelf.byteCount + block.byteCount <= mostKept else { return false }
      shelf.blocks.append(block)
      shelf.byteCount += block.byteCount
      return true
    }
    if !isKept { block.pointer.deallocate() }
  }
}
