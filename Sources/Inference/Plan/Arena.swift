/// Where blocks of memory lie that are needed only for some steps: blocks that are needed at the same time never overlap.
struct Arena: Sendable {
  /// A block: its bytes, and the first and the last step that touch it.
  struct Block: Sendable {
    var bytes: Int
    var first: Int
    var last: Int
  }

  /// A block that lies where an older one does, from the older one's last step on.
  struct Shared: Sendable {
    let block: Int, with: Int
  }

  /// Bytes in all.
  let byteCount: Int
  /// Where each block begins.
  let offsets: [Int]

  /// The largest blocks are placed first, each at the lowest offset that is free during its life.
  init(_ blocks: [Block], shared: [Shared] = []) {
    var blocks = blocks, owners = Array(blocks.indices)
    for pair in shared {
      // Pairs come in the order of steps: the older one's owner is known.
      let owner = owners[pair.with]
      owners[pair.block] = owner
      blocks[owner].last = max(blocks[owner].last, blocks[pair.block].last)
      blocks[pair.block].bytes = 0
    }
    var offsets = [Int](repeating: 0, count: blocks.count), placed: [Int] = [], total = 0
    for index in blocks.indices.filter({ owners[$0] == $0 }).sorted(by: {
      (blocks[$0].bytes, $1) > (blocks[$1].bytes, $0)
    }) {
      let block = blocks[index], bytes = (block.bytes + 127) & ~63
      let neighbours = placed.filter { blocks[$0].first <= block.last && block.first <= blocks[$0].last }
        .sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for other in neighbours {
        guard offsets[other] < offset + bytes else { break }
        offset = max(offset, offsets[other] + ((blocks[other].bytes + 127) & ~63))
      }
      offsets[index] = offset
      total = max(total, offset + bytes)
      placed.append(index)
    }
    for index in blocks.indices { offsets[index] = offsets[owners[index]] }
    self.offsets = offsets
    byteCount = total
  }
}
