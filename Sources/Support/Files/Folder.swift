#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Folders and what lies in them.
public enum Folder {
  /// Makes a folder and those above it. Throws `FileError.unwritable`; an existing folder is fine.
  public static func create(_ path: String) throws(FileError) {
    guard !exists(path) else { return }
    let parent = Path.parent(of: path)
    if parent != path, !parent.isEmpty { try create(parent) }
    if mkdir(path, 0o777) != 0 {
      let code = errno
      guard code != EEXIST || !exists(path) else { return }
      throw .unwritable(
        path: path, reason: code == EEXIST ? "it is a file, not a folder" : FileError.systemReason(code))
    }
  }

  /// Makes a folder that must not be there yet, in one that is; false where there is something already. Of two processes that
  /// try at once, one gets it.
  package static func createNew(_ path: String) throws(FileError) -> Bool {
    if mkdir(path, 0o777) == 0 { return true }
    let code = errno
    guard code == EEXIST else { throw .unwritable(path: path, reason: FileError.systemReason(code)) }
    return false
  }

  /// Whether there is a folder at `path`.
  public static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Removes a file that was only for a while; nothing happens where there is none.
  package static func removeFile(_ path: String) { unlink(path) }

  /// Makes a file the one that was used last; nothing happens where that is not allowed.
  package static func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

  /// Removes a folder that has nothing in it; leaves any other alone.
  package static func removeIfEmpty(_ path: String) { rmdir(path) }

  /// Names in a folder, sorted by their bytes, hidden ones left out.
  public static func names(in path: String) throws(FileError) -> [String] {
    try allNames(in: path).filter { !$0.hasPrefix(".") }
  }

  /// Names in a folder, hidden ones too, sorted by their bytes.
  package static func allNames(in path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else { throw .unreadable(path: path, reason: FileError.systemReason()) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// Paths as text, with `/`.
public enum Path {
  // Bytes, not characters: sets of a million names are taken apart by these.
  private static let slash = UInt8(ascii: "/")

  private static func withoutLastSlash(_ path: String) -> String {
    path.utf8.count > 1 && path.utf8.last == slash ? String(path.dropLast()) : path
  }

  /// The folder a path lies in: `a/b.jpg` -> `a`, `b.jpg` -> empty, `/b` -> `/`.
  public static func parent(of path: String) -> String {
    let trimmed = withoutLastSlash(path)
    guard let slash = trimmed.utf8.lastIndex(of: slash) else { return "" }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// The last part of a path: `a/b.jpg` -> `b.jpg`.
  public static func name(of path: String) -> String {
    let trimmed = withoutLastSlash(path)
    guard let slash = trimmed.utf8.lastIndex(of: slash) else { return trimmed }
    return String(trimmed[trimmed.utf8.index(after: slash)...])
  }

  /// The name without its extension: `a/b.tar.gz` -> `b.tar`, `.bashrc` -> `.bashrc`.
  public static func stem(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// A path in a folder.
  public static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
