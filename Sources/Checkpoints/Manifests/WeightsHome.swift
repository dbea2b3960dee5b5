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

  /// A home at a known place.
  public init(path: String) { self.path = path }

  /// Finds the home: `VISION_HOME`, then `../share/vision` beside the executable, then upward from the executable and from
  /// the working folder to a folder with `Weights/`. Throws `noHome` with every place looked in.
  public static func find() throws(WeightsError) -> WeightsHome {
    try find(
      variable: Environment["VISION_HOME"], executable: currentExecutable(), workingFolder: currentFolder())
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
