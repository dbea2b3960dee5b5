import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The folder that holds `Weights/`, its labels, and `Pipelines/`.
public struct WeightsHome: Sendable, Equatable {
  /// The folder itself.
  public let path: String
  /// Manifests and built-in weights.
  public var weights: String { Path.join(path, "Weights") }
  /// Label lists.
  public var labels: String { Path.join(weights, "labels") }
  /// Pipelines.
  public var pipelines: String { Path.join(path, "Pipelines") }

  /// Whether it is no folder, but the manifests and labels that the program carries in itself.
  public let isBuiltIn: Bool

  /// A home at a known place.
  public init(path: String) {
    self.path = path
    isBuiltIn = false
  }

  private init(isBuiltIn: Bool) {
    path = "(built in)"
    self.isBuiltIn = isBuiltIn
  }

  /// The manifests and labels that the program carries in itself; no weights.
  public static let builtIn = WeightsHome(isBuiltIn: true)

  /// Finds the home: `VISION_HOME`, then `../share/vision` beside the executable, then upward from the executable and from
  /// the working folder to a folder with `Weights/`; else what is built in. Throws `noHome` where `VISION_HOME` names none.
  public static func find() throws(WeightsError) -> WeightsHome {
    let variable = Environment["VISION_HOME"]
    do {
      return try find(variable: variable, executable: currentExecutable(), workingFolder: currentFolder())
    } catch {
      guard variable == nil else { throw error }
      return .builtIn
    }
  }

  /// Whether there is a file of this path in `Weights/`.
  func has(_ name: String) -> Bool {
    isBuiltIn ? BuiltInFiles.texts[name] != nil : fileExists(Path.join(weights, name))
  }

  /// The bytes of a file in `Weights/`: a manifest or a list of labels.
  func bytes(_ name: String) throws(WeightsError) -> [UInt8] {
    if isBuiltIn, let text = BuiltInFiles.texts[name] { return Array(text.utf8) }
    return try readSmallFile(Path.join(weights, name))
  }

  /// The names of the files in `Weights/`, sorted.
  func names() throws(WeightsError) -> [String] {
    if isBuiltIn { return BuiltInFiles.texts.keys.filter { !$0.contains("/") }.sorted() }
    do { return try Folder.names(in: weights) } catch { throw .file(error) }
  }

  /// The search itself, over what it depends on.
  package static func find(
    variable: String?, executable: String?, workingFolder: String?
  ) throws(WeightsError) -> WeightsHome {
    if let variable {
      guard Folder.exists(Path.join(variable, "Weights")) else { throw .noHome(looked: ["\(variable) (VISION_HOME)"]) }
      return WeightsHome(path: variable)
    }
    var looked: [String] = []
    if let executable {
      let shared = Path.join(Path.parent(of: Path.parent(of: executable)), "share/vision")
      if Folder.exists(Path.join(shared, "Weights")) { return WeightsHome(path: shared) }
      looked.append(shared)
    }
    for start in [executable.map(Path.parent), workingFolder].compactMap(\.self) {
      var folder = start
      while !folder.isEmpty {
        // A stray folder of that name is no home: ours has labels or manifests in it.
        if isHome(folder) { return WeightsHome(path: folder) }
        let parent = Path.parent(of: folder)
        if parent == folder { break }
        folder = parent
      }
      looked.append("\(start) and the folders above it")
    }
    throw .noHome(looked: looked)
  }

  private static func isHome(_ folder: String) -> Bool {
    Folder.exists(Path.join(folder, "Weights/labels"))
  }

  /// The real path of the running program.
  static func currentExecutable() -> String? { realPath("/proc/self/exe") }

  /// The real path of the working folder.
  static func currentFolder() -> String? { realPath(".") }

  private static func realPath(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}

/// Whether a regular file can be opened at `path`.
package func fileExists(_ path: String) -> Bool { fileStatus(path) != nil }

/// Length and time of last change (nanoseconds) of a regular file; nil where there is none.
package func fileStatus(_ path: String) -> (bytes: Int, modified: Int)? {
  var status = stat()
  guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  #if canImport(Darwin)
    let time = status.st_mtimespec
  #else
    let time = status.st_mtim
  #endif
  return (Int(status.st_size), Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec))
}

/// The bytes of a file of at most 4 MiB.
func readSmallFile(_ path: String) throws(WeightsError) -> [UInt8] {
  do {
    let file = try MappedFile(path: path, limit: 4 << 20)
    return withExtendedLifetime(file) { [UInt8](file.bytes) }
  } catch {
    throw .file(error)
  }
}
