import CZLIB
import Support

/// The files of a zip archive (APPNOTE 6.3.10, with its 64-bit extension), read where they lie.
///
/// Stored and deflated files, their CRC-32 checked at every read. Encrypted ones, links and names that lead outside are refused.
final class ZipSource: FileSource {
  let path: String
  let files: [String]
  private let file: MappedFile
  private let directory: ZipDirectory
  private let entries: [String: ZipEntry]
  private let limits: ArchiveLimits

  init(_ file: MappedFile, limits: ArchiveLimits) throws(DatasetError) {
    self.file = file
    self.limits = limits
    path = file.path
    do { directory = try ZipDirectory(file.bytes, maximumFiles: limits.maximumFiles) } catch {
      throw DatasetError(error, file: file.path, limits: limits)
    }
    var entries: [String: ZipEntry] = [:]
    for entry in directory.entries {
      let shown = EntryName.printable(entry.name)
      // Folders, and resource forks that macOS adds, are no part of a data set.
      guard !entry.name.hasSuffix("/") else { continue }
      guard EntryName.isSafe(entry.name) else {
        throw .refused(file: file.path, fault: "\(shown) in the zip archive: \(EntryName.fault)")
      }
      guard !entry.isLink else {
        throw .refused(file: file.path, fault: "\(shown) in the zip archive is a link; pack the files themselves")
      }
      guard !entry.name.hasPrefix("__MACOSX/") else { continue }
      guard entries.updateValue(entry, forKey: EntryName.normalized(entry.name)) == nil else {
        throw .damaged(file: file.path, fault: "the zip directory lists \(shown) twice")
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
    let range: Range<Int>
    do { range = try directory.data(of: entry) } catch { throw DatasetError(error, file: shown, limits: limits) }
    let result: FileBytes
    switch entry.method {
    case 0: result = FileBytes(file, range)
    case 8:
      // Deflate shrinks at most 1,032 times: a larger claim is no reason to allocate.
      guard entry.size / 1032 <= entry.compressedSize + 1 else {
        throw .damaged(file: shown, fault: "\(entry.compressedSize) bytes cannot hold \(entry.size)")
      }
      switch Inflater.inflate(UnsafeRawBufferPointer(rebasing: file.bytes[range]), format: .raw, exactly: entry.size) {
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

extension DatasetError {
  /// The error of an archive or of a file in it.
  fileprivate init(_ fault: ZipFault, file: String, limits: ArchiveLimits) {
    switch fault {
    case .damaged(let text, _): self = .damaged(file: file, fault: text)
    case .unsupported(let text): self = .unsupported(file: file, fault: text)
    case .tooMany(let count):
      self = .tooLarge(file: file, fault: "\(count) files, the limit is \(limits.maximumFiles)")
    }
  }
}
