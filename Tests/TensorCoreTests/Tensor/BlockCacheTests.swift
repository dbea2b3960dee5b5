import TensorCore
import Testing

@Suite struct BlockCacheTests {
  @Test func sizesAreAtMostAThirtiethLarger() {
    for bytes in stride(from: BlockCache.leastBytes, to: 1 << 31, by: 7_654_321) {
      let size = BlockCache.size(for: bytes)
      #expect(size >= bytes && size - bytes <= bytes / 30 + 4096, "\(bytes)")
      #expect(BlockCache.size(for: size) == size)
    }
  }

  @Test func aBlockIsUsedAgain() throws {
    let cache = BlockCache(), size = BlockCache.size(for: 5 << 20)
    let first = try #require(cache.take(size))
    #expect(Int(bitPattern: first) % BlockCache.largePage == 0)
    cache.giveBack(first, size: size)
    #expect(cache.keptBytes == size)
    let second = try #require(cache.take(size))
    #expect(second == first && cache.keptBytes == 0)
    cache.giveBack(second, size: size)
    cache.releaseAll()
    #expect(cache.keptBytes == 0)
  }

  /// What is kept goes before more is in use and kept than was once in use.
  @Test func keptBlocksMakeRoom() throws {
    let cache = BlockCache(), small = BlockCache.size(for: 2 << 20), large = BlockCache.size(for: 7 << 20)
    let blocks = try (0..<4).map { _ in try #require(cache.take(small)) }
    for block in blocks { cache.giveBack(block, size: small) }
    #expect(cache.keptBytes == 4 * small)
    let block = try #require(cache.take(large))
    #expect(cache.keptBytes + large <= max(4 * small, large))
    cache.giveBack(block, size: large)
  }

  @Test func theOldestGoFirst() throws {
    let cache = BlockCache(), old = BlockCache.size(for: 300 << 20), new = BlockCache.size(for: 250 << 20)
    let blocks = (try #require(cache.take(old)), try #require(cache.take(new)))
    cache.giveBack(blocks.0, size: old)
    cache.giveBack(blocks.1, size: new)
    #expect(cache.keptBytes == new)
    #expect(cache.take(new) == blocks.1)
    cache.giveBack(blocks.1, size: new)
    cache.releaseAll()
  }

  @Test func whatCannotBeHadCountsForNothing() throws {
    let cache = BlockCache(), size = BlockCache.size(for: 4 << 20), block = try #require(cache.take(size))
    cache.giveBack(block, size: size)
    #expect(cache.take(BlockCache.size(for: 1 << 60)) == nil)
    #expect(cache.keptBytes == 0)
    let again = try #require(cache.take(size))
    cache.giveBack(again, size: size)
    #expect(cache.keptBytes == size)
    cache.releaseAll()
  }
}
