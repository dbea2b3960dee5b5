/// The directory of a zip file (APPNOTE 6.3.10, with its 64-bit extension), and where stored entries lie.
///
/// Reads what PyTorch writes: one volume, entries stored as they are. Compressed entries are listed, and refused when
/// asked for, so that no small file can grow into a large one.
struct ZipArchive {
  struct Entry {
    let name: String
    let method: UInt16
    let isEncrypted: Bool
    let compressedSize: UInt64
    let size: UInt64
    let headerOffset: UInt64
  }

  let file: CheckpointFile
  /// In the directory's order.
  let names: [String]
  private let entries: [String: Entry]

  private static let endSize = 22
  private static let zip64EndSize = 56

  /// Reads the directory. Throws `damaged`.
  init(_ file: CheckpointFile) throws(CheckpointError) {
    self.file = file
    let directory = try Self.findDirectory(file)
    var names: [String] = []
    var entries: [String: Entry] = [:]
    var position = directory.offset
    for _ in 0..<directory.count {
      let (entry, next) = try Self.entry(file, at: position, end: directory.end)
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw file.damaged("the zip directory lists \(CheckpointFault.printable(entry.name)) twice", at: position)
      }
      names.append(entry.name)
      position = next
    }
    self.names = names
    self.entries = entries
  }

  func contains(_ name: String) -> Bool { entries[name] != nil }

  /// The bytes of the file that hold a stored entry. Throws `damaged`, `unsupported` where it is compressed.
  func range(of name: String) throws(CheckpointError) -> Range<Int> {
    guard let entry = entries[name] else {
      throw file.damaged("the zip archive has no entry \(CheckpointFault.printable(name))")
    }
    let shown = CheckpointFault.printable(name)
    guard !entry.isEncrypted else { throw file.unsupported("zip entry \(shown) is encrypted") }
    guard entry.method == 0 else {
      throw file.unsupported(
        "zip entry \(shown) is compressed (\(entry.compressedSize) bytes to \(entry.size)), which PyTorch never does; "
          + "unpack the archive and zip it again without compression")
    }
    let offset = try Self.int(entry.headerOffset, file)
    guard entry.size == entry.compressedSize, try file.uint32(at: offset) == 0x0403_4B50 else {
      throw file.damaged("zip entry \(shown) does not stand where the directory says", at: offset)
    }
    let start = offset + 30 + Int(try file.uint16(at: offset + 26)) + Int(try file.uint16(at: offset + 28))
    let size = try Self.int(entry.size, file)
    guard file.has(size, at: start) else {
      throw file.damaged("zip entry \(shown) reaches past the end of the file", at: offset)
    }
    return start..<start + size
  }

  /// A number of the file as a place or length in it.
  private static func int(_ value: UInt64, _ file: CheckpointFile) throws(CheckpointError) -> Int {
    guard let number = Int(exactly: value), number <= file.count else {
      throw file.damaged("the zip directory points past the end of the file", found: "\(value)")
    }
    return number
  }

  private static func findDirectory(_ file: CheckpointFile) throws(CheckpointError) -> (
    offset: Int, end: Int, count: Int
  ) {
    guard let end = findEnd(file) else {
      throw file.damaged("the zip archive has no directory at its end: the file is truncated", at: file.count)
    }
    var isSplit = try file.uint16(at: end + 4) != 0
    var count = UInt64(try file.uint16(at: end + 10))
    var size = UInt64(try file.uint32(at: end + 12))
    var offset = UInt64(try file.uint32(at: end + 16))
    var limit = end
    if end >= 20, try file.uint32(at: end - 20) == 0x0706_4B50 {
      let place = try int(file.uint64(at: end - 12), file)
      guard file.has(zip64EndSize, at: place), try file.uint32(at: place) == 0x0606_4B50 else {
        throw file.damaged("the zip archive's 64-bit directory end is not where it should be", at: end - 20)
      }
      isSplit = try file.uint32(at: place + 16) != 0
      count = try file.uint64(at: place + 32)
      size = try file.uint64(at: place + 40)
      offset = try file.uint64(at: place + 48)
      limit = place
    }
    guard !isSplit else { throw file.unsupported("the zip archive is one of several volumes") }
    let start = try int(offset, file), length = try int(size, file)
    guard start + length <= limit, count <= UInt64(length / 46) else {
      throw file.damaged("the zip directory does not fit the file", at: end)
    }
    return (start, start + length, Int(count))
  }

  /// The end record: the last 22 bytes before a comment that fills the rest of the file.
  private static func findEnd(_ file: CheckpointFile) -> Int? {
    let last = file.count - endSize
    guard last >= 0 else { return nil }
    let lowest = max(0, last - 0xFFFF)
    var place = last
    while place >= lowest {
      if file.bytes[place] == 0x50, file.starts(with: [0x50, 0x4B, 5, 6], at: place),
        place + endSize + Int(file.bytes[place + 20]) + Int(file.bytes[place + 21]) << 8 == file.count
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  private static func entry(_ file: CheckpointFile, at place: Int, end: Int) throws(CheckpointError) -> (
    Entry, next: Int
  ) {
    guard place + 46 <= end, try file.uint32(at: place) == 0x0201_4B50 else {
      throw file.damaged("a broken entry in the zip directory", at: place)
    }
    let nameLength = Int(try file.uint16(at: place + 28)), extraLength = Int(try file.uint16(at: place + 30))
    let extra = place + 46 + nameLength
    let next = extra + extraLength + Int(try file.uint16(at: place + 32))
    guard next <= end, let name = file.text(place + 46..<extra) else {
      throw file.damaged("a broken entry in the zip directory", at: place)
    }
    var compressed = UInt64(try file.uint32(at: place + 20))
    var size = UInt64(try file.uint32(at: place + 24))
    var offset = UInt64(try file.uint32(at: place + 42))
    var field = extra
    while field + 4 <= extra + extraLength {
      let kind = try file.uint16(at: field), length = Int(try file.uint16(at: field + 2))
      guard field + 4 + length <= extra + extraLength else {
        throw file.damaged("a broken extra field in the zip directory", at: field)
      }
      if kind == 1 {
        // 64-bit values stand here only for the fields that say so, in this order.
        var cursor = field + 4
        func wide(_ value: inout UInt64) throws(CheckpointError) {
          guard value == 0xFFFF_FFFF else { return }
          guard cursor + 8 <= field + 4 + length else {
            throw file.damaged("a broken extra field in the zip directory", at: field)
          }
          value = try file.uint64(at: cursor)
          cursor += 8
        }
        try wide(&size)
        try wide(&compressed)
        try wide(&offset)
      }
      field += 4 + length
    }
    let entry = Entry(
      name: name, method: try file.uint16(at: place + 10), isEncrypted: try file.uint16(at: place + 8) & 1 != 0,
      compressedSize: compressed, size: size, headerOffset: offset)
    return (entry, next)
  }
}
