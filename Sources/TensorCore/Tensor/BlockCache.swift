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
/// What is kept never raises the most memory that was ever in use at a time.
struct BlockCache: ~Copyable {
  /// Smaller blocks are the allocator's.
  static let leastBytes = 1 << 20
  /// Bytes of a large page of memory.
  static let largePage = 2 << 20
  private static let mostKept = 512 << 20

  private struct Blocks {
    /// Addresses of kept blocks by size, the last one given back at the end.
    var kept: [Int: [UInt]] = [:]
    var keptBytes = 0, usedBytes = 0, mostUsed = 0
  }
  private let blocks = Mutex(Blocks())

  /// The size of the blocks that so many bytes lie in: a thirtieth more at most.
  static func size(for byteCount: Int) -> Int {
    let step = max(1 << (Int.bitWidth - 1 - byteCount.leadingZeroBitCount - 5), 4096)
    return (byteCount + step - 1) / step * step
  }

  /// A block of one of the sizes, not cleared, aligned to 64 bytes or, where it is large, to large pages; nil where memory cannot be had.
  func take(_ size: Int) -> UnsafeMutableRawPointer? {
    let (kept, surplus) = blocks.withLock { blocks -> (UInt?, [UInt]) in
      blocks.usedBytes += size
      if let block = blocks.kept[size]?.popLast() {
        blocks.keptBytes -= size
        return (block, [])
      }
      blocks.mostUsed = max(blocks.mostUsed, blocks.usedBytes)
      return (nil, Self.shrink(&blocks, to: blocks.mostUsed - blocks.usedBytes))
    }
    for block in surplus { free(UnsafeMutableRawPointer(bitPattern: block)) }
    if let kept { return UnsafeMutableRawPointer(bitPattern: kept) }
    var raw: UnsafeMutableRawPointer?
    let isLarge = size >= 2 * Self.largePage
    guard posix_memalign(&raw, isLarge ? Self.largePage : Storage.alignment, size) == 0, let raw else {
      blocks.withLock { $0.usedBytes -= size }
      return nil
    }
    #if os(Linux)
      // Fewer faults, and fewer addresses to look up. Where it is refused nothing is lost.
      if isLarge { madvise(raw, size / Self.largePage * Self.largePage, Int32(MADV_HUGEPAGE)) }
    #endif
    return raw
  }

  /// Takes a block back.
  func giveBack(_ block: UnsafeMutableRawPointer, size: Int) {
    let address = UInt(bitPattern: block)
    let isKept = blocks.withLock { blocks in
      blocks.usedBytes -= size
      guard blocks.keptBytes + size <= Self.mostKept else { return false }
      blocks.kept[size, default: []].append(address)
      blocks.keptBytes += size
      return true
    }
    if !isKept { free(block) }
  }

  /// Drops kept blocks, the largest first, until so many bytes are left at most.
  private static func shrink(_ blocks: inout Blocks, to bytes: Int) -> [UInt] {
    guard blocks.keptBytes > bytes else { return [] }
    var dropped: [UInt] = []
    for size in blocks.kept.keys.sorted(by: >) {
      while blocks.keptBytes > bytes, let block = blocks.kept[size]?.popLast() {
        dropped.append(block)
        blocks.keptBytes -= size
      }
    }
    return dropped
  }
}
