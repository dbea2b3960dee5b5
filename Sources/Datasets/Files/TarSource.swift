import Support

/// The files of a tar, read where they lie. Links, devices and names that lead outside are refused.
final class TarSource: FileSource {
  let path: String
  let files: [String]
  private let file: MappedFile
  private let ranges: [String: Range<Int>]

  init(_ file: MappedFile, path: String, limits: ArchiveLimits) throws(DatasetError) {
    self.file = file
    self.path = path
    var reader = TarReader(bytes: file.bytes, path: path)
    var ranges: [String: Range<Int>] = [:]
    while let (name, range) = try reader.next() {
      guard ranges.count < limits.maximumFiles else {
        throw .tooLarge(file: path, fault: "more than \(limits.maximumFiles) files")
      }
      // A name that comes again replaces the first, as tar itself has it.
      ranges[name] = range
    }
    self.ranges = ranges
    files = ranges.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  func contains(_ file: String) -> Bool { ranges[file] != nil }
  func size(of file: String) -> Int? { ranges[file]?.count }

  func read(_ name: String) throws(DatasetError) -> FileBytes {
    guard let range = ranges[name] else {
      throw .missing(file: self.name(of: name), fault: "the archive has no such file")
    }
    return FileBytes(file, range)
  }
}

/// Walks the headers of a tar.
private struct TarReader {
  let bytes: UnsafeRawBufferPointer
  let path: String
  private var position = 0
  private var longName: String?
  private var longSize: Int?

  init(bytes: UnsafeRawBufferPointer, path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// The next regular file; nil at the end.
  mutating func next() throws(DatasetError) -> (String, Range<Int>)? {
    while let block = bytes.part(position, 512), block.contains(where: { $0 != 0 }) {
      guard let header = TarHeader(block) else {
        throw .damaged(file: path, fault: "the tar header at byte \(position) is broken")
      }
      let start = position + 512
      let size = isExtension(header.kind) ? header.size : longSize ?? header.size
      guard let data = bytes.part(start, size) else {
        throw .damaged(file: path, fault: "the tar ends within \(EntryName.printable(header.name)): it is cut short")
      }
      position = start + (size + 511) / 512 * 512
      if try readExtension(header.kind, data) { continue }
      let name = longName ?? header.name
      (longName, longSize) = (nil, nil)
      switch header.kind {
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
        if name.hasSuffix("/") { continue }
        let clean = EntryName.normalized(name)
        guard EntryName.isSafe(clean) else {
          throw .refused(file: path, fault: "\(EntryName.printable(name)) in the tar: \(EntryName.fault)")
        }
        // macOS puts a file's attributes beside it under this name.
        if Path.name(of: clean).hasPrefix("._") { continue }
        return (clean, start..<start + size)
      case UInt8(ascii: "5"): continue
      case UInt8(ascii: "1"), UInt8(ascii: "2"):
        throw .refused(
          file: path, fault: "\(EntryName.printable(name)) in the tar is a link; pack the files themselves")
      default:
        throw .refused(file: path, fault: "\(EntryName.printable(name)) in the tar is neither a file nor a folder")
      }
    }
    guard position <= bytes.count, position > 0 || bytes.count >= 1024 else {
      throw .damaged(file: path, fault: "the tar is cut short")
    }
    return nil
  }

  private func isExtension(_ kind: UInt8) -> Bool { "LKxgV".utf8.contains(kind) }

  /// GNU's long names and pax records, which are about the next file.
  private mutating func readExtension(_ kind: UInt8, _ data: UnsafeRawBufferPointer) throws(DatasetError) -> Bool {
    guard isExtension(kind) else { return false }
    guard data.count <= 1 << 20 else { throw .tooLarge(file: path, fault: "a tar name of \(data.count) bytes") }
    if kind == UInt8(ascii: "L") { longName = TarHeader.text(data, 0, data.count) }
    if kind == UInt8(ascii: "x") { try readRecords(data) }
    return true
  }

  /// Records `LENGTH KEY=VALUE\n`.
  private mutating func readRecords(_ data: UnsafeRawBufferPointer) throws(DatasetError) {
    var rest = data[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0 != 0x20 }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1, length <= rest.count
      else { throw .damaged(file: path, fault: "a broken pax record in the tar") }
      let record = String(decoding: rest.prefix(length).dropFirst(digits.count + 1).dropLast(), as: UTF8.self)
      rest = rest.dropFirst(length)
      guard let equals = record.firstIndex(of: "=") else { continue }
      let value = String(record[record.index(after: equals)...])
      switch record[..<equals] {
      case "path": longName = value
      case "size": longSize = Int(value).flatMap { $0 >= 0 ? $0 : nil }
      default: break
      }
    }
  }
}
