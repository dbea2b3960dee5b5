import Support

/// The zip archive that PyTorch writes: entries stored as they are. Compressed ones are listed, and refused when asked for,
/// so that no small file can grow into a large one.
struct TorchArchive {
  let file: CheckpointFile
  private let directory: ZipDirectory
  private let entries: [String: ZipEntry]

  /// In the directory's order.
  var names: [String] { directory.entries.map(\.name) }

  /// Reads the directory. Throws `damaged`, `unsupported` for several volumes.
  init(_ file: CheckpointFile) throws(CheckpointError) {
    self.file = file
    do { directory = try ZipDirectory(file.bytes) } catch { throw CheckpointError(error, in: file) }
    var entries: [String: ZipEntry] = [:]
    for entry in directory.entries {
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw file.damaged("the zip directory lists \(CheckpointFault.printable(entry.name)) twice")
      }
    }
    self.entries = entries
  }

  func contains(_ name: String) -> Bool { entries[name] != nil }

  /// The bytes of the file that hold a stored entry. Throws `damaged`, `unsupported` where it is compressed.
  func range(of name: String) throws(CheckpointError) -> Range<Int> {
    let shown = CheckpointFault.printable(name)
    guard let entry = entries[name] else { throw file.damaged("the zip archive has no entry \(shown)") }
    guard !entry.isEncrypted else { throw file.unsupported("zip entry \(shown) is encrypted") }
    guard entry.method == 0 else {
      throw file.unsupported(
        "zip entry \(shown) is compressed (\(entry.compressedSize) bytes to \(entry.size)), which PyTorch never does; "
          + "unpack the archive and zip it again without compression")
    }
    do { return try directory.data(of: entry) } catch { throw CheckpointError(error, in: file, entry: shown) }
  }
}

extension CheckpointError {
  /// The error of an archive or of an entry of it.
  fileprivate init(_ fault: ZipFault, in file: CheckpointFile, entry: String? = nil) {
    switch fault {
    case .damaged(let text, let offset):
      self = file.damaged(entry.map { "zip entry \($0): \(text)" } ?? text, at: offset)
    case .unsupported(let text): self = file.unsupported(text)
    case .tooMany(let count): self = file.unsupported("a zip archive of \(count) files")
    }
  }
}
