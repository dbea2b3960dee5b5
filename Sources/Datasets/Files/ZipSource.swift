import CZLIB
import Support

/// The files of a zip archive (APPNOTE 6.3.10, with its 64-bit extension), read where they lie.
///
/// Stored and deflated files, their CRC-32 checked at every read. Encrypted ones, links and names that lead outside are refused.
final class ZipSource: FileSource {
  let path: String
  let files: [String]
  private let file: MappedFile
  private let entries: [String: ZipEntry]
  private let limits: ArchiveLimits

  init(_ file: MappedFile, limits: ArchiveLimits) throws(DatasetError) {
    self.file = file
    self.limits = limits
    path = file.path
    var entries: [String: ZipEntry] = [:]
    for entry in try ZipDirectory(file, limits: limits).entries {
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw .damaged(file: file.path, fault: "the zip directory lists \(EntryName.printable(entry.name)) twice")
      }
    }
    self.entries = entries
    files = entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  func contains(_ file: String) -> Bool { entries[file] != nil }
  func size(of file: String) -> Int? { entries[file]?.size }

  func read(_ name: String) throws(DatasetError) -> FileBytes {
    let shown = self.name(of: name)
    guard let entry = entries[name] else { throw .missing(file: shown, fault: "the archive has no such file") }
    guard !entry.isEncrypted else { throw .refused(file: shown, fault: "it is encrypted; unpack the archive first") }
    guard entry.size <= limits.maximumFileBytes else {
      throw .tooLarge(file: shown, fault: "\(entry.size) bytes, the limit is \(limits.maximumFileBytes)")
    }
    let bytes = file.bytes
    guard bytes.uint32(at: entry.headerOffset) == 0x0403_4B50,
      let nameLength = bytes.uint16(at: entry.headerOffset + 26),
      let extraLength = bytes.uint16(at: entry.headerOffset + 28),
      let data = bytes.part(entry.headerOffset + 30 + nameLength + extraLength, entry.compressedSize)
    else {
      throw .damaged(
        file: shown, fault: "it does not lie where the zip directory says: the archive is cut short or broken")
    }
    let start = entry.headerOffset + 30 + nameLength + extraLength
    let result: FileBytes
    switch entry.method {
    case 0:
      guard entry.size == entry.compressedSize else {
        throw .damaged(
          file: shown, fault: "a stored file of two sizes, \(entry.compressedSize) and \(entry.size) bytes")
      }
      result = FileBytes(file, start..<start + entry.size)
    case 8:
      // Deflate shrinks at most 1,032 times: a larger claim is no reason to allocate.
      guard entry.size / 1032 <= entry.compressedSize + 1 else {
        throw .damaged(file: shown, fault: "\(entry.compressedSize) bytes cannot hold \(entry.size)")
      }
      switch Inflater.inflate(data, format: .raw, exactly: entry.size) {
      case .success(let array): result = FileBytes(array)
      case .failure(let fault): throw .damaged(file: shown, fault: fault.text)
      }
    default:
      throw .unsupported(file: shown, fault: "zip method \(entry.method); zip it again with deflate")
    }
    guard result.withBytes({ Inflater.crc32($0) }) == entry.crc else {
      throw .damaged(file: shown, fault: "its checksum is wrong: the archive is damaged")
    }
    return result
  }
}
