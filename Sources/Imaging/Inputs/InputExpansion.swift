import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a command's INPUT arguments stand for: files, folders (their images, recursively, sorted), globs that the shell left
/// alone, `@list.txt` (a path a line), `-` (standard input).
public enum InputExpansion {
  /// An argument that gives no image; the others are still used.
  public struct Fault: ReportableError, Equatable {
    /// The argument.
    public let argument: String
    /// What is wrong with it.
    public let reason: String
    /// `input.empty`.
    public var code: String { "input.empty" }
    /// 66.
    public var exitCode: ExitCode { .missingInput }
    /// The fault.
    public var description: String { reason }
  }

  /// The images of all arguments in order, and the arguments that gave none. Missing files are found out when they are read.
  public static func expand(_ arguments: [String]) -> [Result<ImageInput, Fault>] {
    let list = list(arguments)
    return (0..<list.count).map { list[$0] }
  }

  /// The same, packed.
  public static func list(_ arguments: [String]) -> InputList {
    var list = InputList()
    var usesStandardInput = false
    for argument in arguments { expand(argument, lists: [], &usesStandardInput, into: &list) }
    return list
  }

  /// `lists` are the list files that led here.
  private static func expand(
    _ argument: String, lists: Set<FileIdentity>, _ usesStandardInput: inout Bool, into list: inout InputList
  ) {
    func fault(_ reason: String) { list.append(Fault(argument: argument, reason: reason)) }
    if argument == "-" {
      if usesStandardInput { return fault("standard input holds one image and was named before") }
      usesStandardInput = true
      return list.appendStandardInput()
    }
    if argument.isEmpty { return fault("is an empty name") }
    if Folder.exists(argument) {
      var files: [String] = []
      var seen: Set<FileIdentity> = []
      do { try collect(argument, into: &files, &seen) } catch { return fault(error.reason) }
      if files.isEmpty { return fault("the folder holds no JPEG or PNG images") }
      for file in files { list.append(file: file) }
      return
    }
    if argument.hasPrefix("@"), !exists(argument) {
      let path = String(argument.dropFirst())
      var inside = lists
      if let identity = FileIdentity(path: path), !inside.insert(identity).inserted {
        return fault("the list names itself")
      }
      do {
        var isEmpty = true
        try eachLine(of: path) { line in
          isEmpty = false
          expand(line, lists: inside, &usesStandardInput, into: &list)
        }
        if isEmpty { fault("the list names no images") }
      } catch { fault(error.reason) }
      return
    }
    if argument.contains(where: { "*?[".contains($0) }), !exists(argument) {
      let matches = globbed(argument)
      if matches.isEmpty { return fault("no file matches") }
      for match in matches { expand(match, lists: lists, &usesStandardInput, into: &list) }
      return
    }
    list.append(file: argument)
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Every folder once: a link that leads back up would never end.
  private static func collect(
    _ folder: String, into files: inout [String], _ seen: inout Set<FileIdentity>
  ) throws(FileError) {
    if let identity = FileIdentity(path: folder), !seen.insert(identity).inserted { return }
    for name in try Folder.names(in: folder) {
      let path = Path.join(folder, name)
      if Folder.exists(path) {
        try collect(path, into: &files, &seen)
      } else if isImage(path) {
        files.append(path)
      }
    }
  }

  /// Whether a file in a folder is meant: by its extension, or by its first bytes.
  private static func isImage(_ path: String) -> Bool {
    let name = Path.name(of: path).lowercased()
    if [".jpg", ".jpeg", ".jpe", ".jfif", ".png"].contains(where: name.hasSuffix) { return true }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var start = [UInt8](repeating: 0, count: 8)
    guard read(descriptor, &start, 8) == 8 else { return false }
    return start.starts(with: [0xff, 0xd8, 0xff]) || start == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
  }

  /// The lines of a list of files: no empty ones, none that begin with `#`, no spaces in front.
  private static func eachLine(of path: String, _ body: (String) -> Void) throws(FileError) {
    let file = try MappedFile(path: path, limit: 1 << 32)
    withExtendedLifetime(file) {
      var rest = file.bytes[...]
      while !rest.isEmpty {
        let line = rest.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        rest = rest.dropFirst(line.count + 1)
        let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let first = text.first, first != UInt8(ascii: "#") else { continue }
        body(String(decoding: text, as: UTF8.self))
      }
    }
  }

  private static func globbed(_ pattern: String) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, 0, nil, &result) == 0, let paths = result.gl_pathv else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }
}
