/// The directory at the end of a zip archive (APPNOTE 6.3.10, with its 64-bit extension). What it says of names, sizes and
/// places is checked only so far that it can be read; `data(of:)` checks the rest. The bytes are only read.
package struct ZipDirectory: @unchecked Sendable {
  /// In the directory's order, folders too.
  package private(set) var entries: [ZipEntry] = []
  private let bytes: UnsafeRawBufferPointer

  /// Reads the directory of an archive, whose bytes must outlive this value.
  package init(_ bytes: UnsafeRawBufferPointer, maximumFiles: Int = 20_000_000) throws(ZipFault) {
    self.bytes = bytes
    let (start, end, count) = try find()
    guard count <= maximumFiles else { throw .tooMany(count) }
    entries.reserveCapacity(count)
    var place = start
    for _ in 0..<count { place = try readEntry(at: place, end: end) }
  }

  /// Where the content of a file lies, compressed as it is.
  package func data(of entry: ZipEntry) throws(ZipFault) -> Range<Int> {
    guard bytes.uint32(at: entry.headerOffset) == 0x0403_4B50,
      let nameLength = bytes.uint16(at: entry.headerOffset + 26),
      let extraLength = bytes.uint16(at: entry.headerOffset + 28),
      bytes.part(entry.headerOffset + 30 + nameLength + extraLength, entry.compressedSize) != nil
    else {
      throw .damaged(
        "it does not lie where the zip directory says: the archive is cut short or broken", offset: entry.headerOffset)
    }
    let start = entry.headerOffset + 30 + nameLength + extraLength
    guard entry.method != 0 || entry.size == entry.compressedSize else {
      throw .damaged(
        "a stored file of two sizes, \(entry.compressedSize) and \(entry.size) bytes", offset: entry.headerOffset)
    }
    return start..<start + entry.compressedSize
  }

  /// Where the directory lies and how many entries it has.
  private func find() throws(ZipFault) -> (start: Int, end: Int, count: Int) {
    guard let end = findEnd() else {
      throw .damaged(
        "the zip archive has no directory at its end: the file is truncated; get a complete copy", offset: bytes.count)
    }
    guard let disk = bytes.uint16(at: end + 4), var count = bytes.uint16(at: end + 10),
      var size = bytes.uint32(at: end + 12), var start = bytes.uint32(at: end + 16)
    else { throw .damaged("the zip directory's end is broken", offset: end) }
    var limit = end
    if bytes.uint32(at: end - 20) == 0x0706_4B50 {
      guard let place = bytes.uint64(at: end - 12), bytes.uint32(at: place) == 0x0606_4B50, place <= end - 20,
        let wideCount = bytes.uint64(at: place + 32), let wideSize = bytes.uint64(at: place + 40),
        let wideStart = bytes.uint64(at: place + 48)
      else { throw .damaged("the zip archive's 64-bit directory end is not where it should be", offset: end - 20) }
      (count, size, start, limit) = (wideCount, wideSize, wideStart, place)
    } else if disk != 0 {
      throw .unsupported("the zip archive is one of several volumes")
    }
    guard start <= limit, size <= limit - start, count <= size / 46 else {
      throw .damaged("the zip directory does not fit the file: it is cut short or broken", offset: end)
    }
    return (start, start + size, count)
  }

  /// The end record: before a comment that fills the rest of the file, else before anything.
  private func findEnd() -> Int? {
    let last = bytes.count - 22
    let lowest = max(0, last - 0xFFFF)
    var loose: Int?
    var place = last
    while place >= lowest {
      if bytes[place] == 0x50, bytes.uint32(at: place) == 0x0605_4B50, let comment = bytes.uint16(at: place + 20) {
        if place + 22 + comment == bytes.count { return place }
        if place + 22 + comment < bytes.count, loose == nil { loose = place }
      }
      place -= 1
    }
    return loose
  }

  private mutating func readEntry(at place: Int, end: Int) throws(ZipFault) -> Int {
    guard bytes.uint32(at: place) == 0x0201_4B50, let flags = bytes.uint16(at: place + 8),
      let method = bytes.uint16(at: place + 10), let crc = bytes.uint32(at: place + 16),
      var compressed = bytes.uint32(at: place + 20), var size = bytes.uint32(at: place + 24),
      let nameLength = bytes.uint16(at: place + 28), let extraLength = bytes.uint16(at: place + 30),
      let commentLength = bytes.uint16(at: place + 32), let attributes = bytes.uint32(at: place + 38),
      var offset = bytes.uint32(at: place + 42), let nameBytes = bytes.part(place + 46, nameLength)
    else { throw .damaged("a broken entry in the zip directory", offset: place) }
    let extra = place + 46 + nameLength
    let next = extra + extraLength + commentLength
    guard next <= end else { throw .damaged("a broken entry in the zip directory", offset: place) }
    try readWide(extra, extraLength, &size, &compressed, &offset)
    let name = String(decoding: nameBytes, as: UTF8.self)
    // The upper half holds the Unix mode, for archives made on Unix; 0xA000 is a link.
    let isUnix = bytes[place + 5] == 3
    entries.append(
      ZipEntry(
        name: name, method: method, isEncrypted: flags & 1 != 0, isLink: isUnix && attributes >> 16 & 0xF000 == 0xA000,
        crc: UInt32(crc), compressedSize: compressed, size: size, headerOffset: offset))
    return next
  }

  /// 64-bit values stand in the extra field only for the sizes that say so, in this order.
  private func readWide(
    _ extra: Int, _ length: Int, _ size: inout Int, _ compressed: inout Int, _ offset: inout Int
  ) throws(ZipFault) {
    var field = extra
    while field + 4 <= extra + length, let kind = bytes.uint16(at: field), let count = bytes.uint16(at: field + 2) {
      guard field + 4 + count <= extra + length else {
        throw .damaged("a broken extra field in the zip directory", offset: field)
      }
      if kind == 1 {
        var cursor = field + 4
        func wide(_ value: inout Int) throws(ZipFault) {
          guard value == 0xFFFF_FFFF else { return }
          guard cursor + 8 <= field + 4 + count, let number = bytes.uint64(at: cursor) else {
            throw .damaged("a broken extra field in the zip directory", offset: field)
          }
          value = number
          cursor += 8
        }
        try wide(&size)
        try wide(&compressed)
        try wide(&offset)
      }
      field += 4 + count
    }
  }
}
