import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files of a folder and of those below it. Links are followed; a folder that leads back to itself is listed once.
final class FolderSource: FileSource {
  let path: String
  let files: [String]
  private let known: Set<String>

  private static let depthLimit = 64

  init(_ path: String) throws(DatasetError) {
    self.path = path
    var files: [String] = []
    var visited: Set<FileIdentity> = []
    try Self.list(path, prefix: "", depth: 0, &visited, &files)
    self.files = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    known = Set(files)
  }

  func contains(_ file: String) -> Bool { known.contains(file) }

  func size(of file: String) -> Int? {
    var status = stat()
    return known.contains(file) && stat(Path.join(path, file), &status) == 0 ? Int(status.st_size) : nil
  }

  func read(_ file: String) throws(DatasetError) -> FileBytes {
    guard known.contains(file) else { throw .missing(file: name(of: file), fault: "there is no such file") }
    do {
      let mapped = try MappedFile(path: Path.join(path, file))
      return FileBytes(mapped, 0..<mapped.bytes.count)
    } catch { throw DatasetError(error) }
  }

  private static func list(
    _ folder: String, prefix: String, depth: Int, _ visited: inout Set<FileIdentity>, _ files: inout [String]
  ) throws(DatasetError) {
    guard let identity = FileIdentity(path: folder), visited.insert(identity).inserted else { return }
    guard depth < depthLimit else { throw .tooLarge(file: folder, fault: "more than \(depthLimit) folders deep") }
    let stream = opendir(folder)
    guard let stream else { throw .missing(file: folder, fault: "cannot be read: \(FileError.systemReason())") }
    var folders: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard !name.hasPrefix(".") else { continue }
      var isFolder = entry.pointee.d_type == DT_DIR
      if entry.pointee.d_type == DT_LNK || entry.pointee.d_type == DT_UNKNOWN {
        isFolder = Folder.exists(Path.join(folder, name))
      }
      if isFolder { folders.append(name) } else { files.append(prefix + name) }
    }
    closedir(stream)
    for name in folders {
      try list(Path.join(folder, name), prefix: prefix + name + "/", depth: depth + 1, &visited, &files)
    }
  }
}

/// One file that is a data set by itself, such as a COCO annotations file or an IDX file: what lies beside it is in reach.
final class LoneFileSource: FileSource {
  let path: String
  let files: [String]
  private let file: MappedFile

  init(_ file: MappedFile) {
    self.file = file
    path = Path.parent(of: file.path)
    files = [Path.name(of: file.path)]
  }

  func contains(_ file: String) -> Bool { size(of: file) != nil }

  func size(of file: String) -> Int? {
    guard EntryName.isSafe(file) else { return nil }
    var status = stat()
    guard stat(Path.join(path, file), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  func read(_ name: String) throws(DatasetError) -> FileBytes {
    if name == files[0] { return FileBytes(file, 0..<file.bytes.count) }
    guard EntryName.isSafe(name) else { throw .refused(file: self.name(of: name), fault: EntryName.fault) }
    do {
      let mapped = try MappedFile(path: Path.join(path, name))
      return FileBytes(mapped, 0..<mapped.bytes.count)
    } catch { throw DatasetError(error) }
  }
}
