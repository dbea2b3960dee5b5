import Support

/// One file of a zip archive, as its directory has it.
struct ZipEntry: Sendable {
  let name: String
  let method: Int
  let isEncrypted: Bool
  let crc: UInt32
  let compressedSize: Int
  let size: Int
  let headerOffset: Int
}

/// The directory at the end of a zip archive. Folders are left out.
struct ZipDirectory {
  private(set) var entries: [ZipEntry] = []
  private let file: MappedFile
  private var bytes: UnsafeRawBufferPointer { file.bytes }

  init(_ file: MappedFile, limits: ArchiveLimits) throws(DatasetError) {
    self.file = file
    let (start, end, count) = try find()
    guard count <= limits.maximumFiles else {
      throw .tooLarge(file: file.path, fault: "\(count) files, the limit is \(limits.maximumFiles)")
    }
    entries.reserveCapacity(count)
    var place = start
    for _ in 0..<count { place = try readEntry(at: place, end: end) }
  }

  private func damaged(_ fault: String) -> DatasetError { .damaged(file: file.path, fault: fault) }

  /// Where the directory lies and how many entries it has.
  private func find() throws(DatasetError) -> (start: Int, end: Int, count: Int) {
    guard let end = findEnd() else {
      throw damaged("the zip archive has no directory at its end: the file is cut short; get a complete copy")
    }
    guard let disk = bytes.uint16(at: end + 4), var count = bytes.uint16(at: end + 10),
      var size = bytes.uint32(at: end + 12), var start = bytes.uint32(at: end + 16)
    else { throw damaged("the zip directory's end is broken") }
    var limit = end
    if bytes.uint32(at: end - 20) == 0x0706_4B50 {
      guard let place = bytes.uint64(at: end - 12), bytes.uint32(at: place) == 0x0606_4B50, place <= end - 20,
        let wideCount = bytes.uint64(at: place + 32), let wideSize = bytes.uint64(at: place + 40),
        let wideStart = bytes.uint64(at: place + 48)
      else { throw damaged("the zip archive's 64-bit directory end is not where it should be") }
      (count, size, start, limit) = (wideCount, wideSize, wideStart, place)
    } else if disk != 0 {
      throw .unsupported(file: file.path, fault: "the zip archive is one of several volumes")
    }
    guard start <= limit, size <= limit - start, count <= size / 46 else {
      throw damaged("the zip directory does not fit the file: it is cut short or broken")
    }
    return (start, start + size, count)
  }

  /// The end record: the last 22 bytes before a comment that fills the rest of the file.
  private func findEnd() -> Int? {
    var place = bytes.count - 22
    let lowest = max(0, place - 0xFFFF)
    while place >= lowest {
      if bytes[place] == 0x50, bytes.uint32(at: place) == 0x0605_4B50, let comment = bytes.uint16(at: place + 20),
        place + 22 + comment <= bytes.count
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  private mutating func readEntry(at place: Int, end: Int) throws(DatasetError) -> Int {
    guard bytes.uint32(at: place) == 0x0201_4B50, let flags = bytes.uint16(at: place + 8),
      let method = bytes.uint16(at: place + 10), let crc = bytes.uint32(at: place + 16),
      var compressed = bytes.uint32(at: place + 20), var size = bytes.uint32(at: place + 24),
      let nameLength = bytes.uint16(at: place + 28), let extraLength = bytes.uint16(at: place + 30),
      let commentLength = bytes.uint16(at: place + 32), let attributes = bytes.uint32(at: place + 38),
      var offset = bytes.uint32(at: place + 42), let nameBytes = bytes.part(place + 46, nameLength)
    else { throw damaged("a broken entry in the zip directory") }
    let extra = place + 46 + nameLength
    let next = extra + extraLength + commentLength
    guard next <= end else { throw damaged("a broken entry in the zip directory") }
    try readWide(extra, extraLength, &size, &compressed, &offset)
    let name = String(decoding: nameBytes, as: UTF8.self)
    if name.hasSuffix("/") { return next }
    guard EntryName.isSafe(name) else {
      throw .refused(file: file.path, fault: "\(EntryName.printable(name)) in the zip archive: \(EntryName.fault)")
    }
    // The upper half holds the Unix mode, for archives made on Unix; 0xA000 is a link.
    let isUnix = bytes[place + 5] == 3
    guard !isUnix || attributes >> 16 & 0xF000 != 0xA000 else {
      throw .refused(
        file: file.path, fault: "\(EntryName.printable(name)) in the zip archive is a link; pack the files themselves")
    }
    // Folders and resource forks that macOS adds are no part of a data set.
    guard !name.hasPrefix("__MACOSX/") else { return next }
    entries.append(
      ZipEntry(
        name: EntryName.normalized(name), method: method, isEncrypted: flags & 1 != 0, crc: UInt32(crc),
        compressedSize: compressed, size: size, headerOffset: offset))
    return next
  }

  /// 64-bit values stand in the extra field only for the sizes that say so, in this order.
  private func readWide(
    _ extra: Int, _ length: Int, _ size: inout Int, _ compressed: inout Int, _ offset: inout Int
  ) throws(DatasetError) {
    var field = extra
    while field + 4 <= extra + length, let kind = bytes.uint16(at: field), let count = bytes.uint16(at: field + 2) {
      guard field + 4 + count <= extra + length else { throw damaged("a broken extra field in the zip directory") }
      if kind == 1 {
        var cursor = field + 4
        func wide(_ value: inout Int) throws(DatasetError) {
          guard value == 0xFFFF_FFFF else { return }
          guard cursor + 8 <= field + 4 + count, let number = bytes.uint64(at: cursor) else {
            throw damaged("a broken extra field in the zip directory")
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
