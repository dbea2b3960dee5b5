import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Large blocks of memory that were given back, for the next ones of their size: the system clears every page that it hands out, which
/// takes longer than most work over it.
///
/// Blocks in use and kept ones together are never more than were once in use at a time.
package final class BlockCache: Sendable {
  /// Smaller blocks are the allocator's.
  package static let leastBytes = 1 << 20
  /// Bytes of a large page of memory.
  package static let largePage = 2 << 20
  package static let mostKept = 512 << 20

  private struct Blocks {
    /// Those that are kept, the last one given back at the end.
    var kept: [(size: Int, address: UInt)] = []
    var keptBytes = 0, usedBytes = 0, mostUsed = 0

    /// Drops kept blocks, the oldest first, until so many bytes are left at most; the dropped ones.
    mutating func shrink(to bytes: Int) -> [UInt] {
      var count = 0
      while keptBytes > bytes, count < kept.count {
        keptBytes -= kept[count].size
        count += 1
      }
      defer { kept.removeFirst(count) }
      return kept[..<count].map(\.address)
    }
  }
  private let blocks = Mutex(Blocks())

  package init() {}

  deinit { releaseAll() }

  /// The size of the blocks that so many bytes lie in: a thirtieth more at most.
  package static func size(for byteCount: Int) -> Int {
    let step = max(1 << (Int.bitWidth - 1 - byteCount.leadingZeroBitCount - 5), 4096)
    return (byteCount + step - 1) / step * step
  }

  /// Bytes that are kept.
  package var keptBytes: Int { blocks.withLock { $0.keptBytes } }

  /// A block of one of the sizes, not cleared, aligned to 64 bytes or, where it is large, to large pages; nil where memory cannot be had.
  package func take(_ size: Int) -> UnsafeMutableRawPointer? {
    let (kept, dropped) = blocks.withLock { blocks -> (UInt?, [UInt]) in
      blocks.usedBytes += size
      if let place = blocks.kept.lastIndex(where: { $0.size == size }) {
        blocks.keptBytes -= size
        return (blocks.kept.remove(at: place).address, [])
      }
      return (nil, blocks.shrink(to: max(blocks.mostUsed - blocks.usedBytes, 0)))
    }
    Self.release(dropped)
    if let kept { return UnsafeMutableRawPointer(bitPattern: kept) }
    var block = Self.allocate(size)
    if block == nil {
      releaseAll()
      block = Self.allocate(size)
    }
    let isHad = block != nil
    blocks.withLock {
      if isHad { $0.mostUsed = max($0.mostUsed, $0.usedBytes) } else { $0.usedBytes -= size }
    }
    return block
  }

  /// Takes a block back.
  package func giveBack(_ block: UnsafeMutableRawPointer, size: Int) {
    let address = UInt(bitPattern: block)
    Self.release(
      blocks.withLock { blocks in
        blocks.usedBytes -= size
        blocks.kept.append((size, address))
        blocks.keptBytes += size
        return blocks.shrink(to: Self.mostKept)
      })
  }

  /// Gives all that is kept back to the system: where memory is short, it is what is missing.
  package func releaseAll() { Self.release(blocks.withLock { $0.shrink(to: 0) }) }

  private static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    let isLarge = size >= 2 * largePage
    var raw: UnsafeMutableRawPointer?
    guard posix_memalign(&raw, isLarge ? largePage : Storage.alignment, size) == 0, let raw else { return nil }
    #if os(Linux)
      // Fewer faults, and fewer addresses to look up. Where it is refused nothing is lost.
      if isLarge { madvise(raw, size / largePage * largePage, Int32(MADV_HUGEPAGE)) }
    #endif
    return raw
  }

  private static func release(_ dropped: [UInt]) {
    for block in dropped { free(UnsafeMutableRawPointer(bitPattern: block)) }
  }
}
