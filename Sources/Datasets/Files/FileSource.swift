import Support

/// Where the files of a data set lie: a folder, a zip or a tar. Safe to read from many threads at once.
public protocol FileSource: Sendable {
  /// The folder's or archive's path.
  var path: String { get }
  /// Paths of all files inside, with `/`, sorted by their bytes.
  var files: [String] { get }
  /// Whether there is a file of this path inside.
  func contains(_ file: String) -> Bool
  /// Bytes of a file, nil where it is not there.
  func size(of file: String) -> Int?
  /// A file's bytes. Throws `DatasetError`.
  func read(_ file: String) throws(DatasetError) -> FileBytes
}

extension FileSource {
  /// What a file of this source is called in messages.
  public func name(of file: String) -> String { Path.join(path, file) }
}

/// Opens folders and archives by content.
public enum FileSources {
  /// A folder, a `.zip`, a `.tar` or a `.tar.gz`, told by its content; any other file stands for itself alone.
  ///
  /// - Parameter limits: what an archive may ask for.
  /// - Throws: `DatasetError` for what is missing, damaged or refused.
  public static func open(
    _ path: String, limits: ArchiveLimits = .standard
  ) throws(DatasetError) -> any FileSource {
    if Folder.exists(path) { return try FolderSource(path) }
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch { throw DatasetError(error) }
    let head = Array(file.bytes.prefix(4))
    if head.starts(with: [0x50, 0x4B, 3, 4]) || head.starts(with: [0x50, 0x4B, 5, 6]) || path.hasSuffix(".zip") {
      return try ZipSource(file, limits: limits)
    }
    if head.starts(with: [0x1F, 0x8B]), path.hasSuffix(".tgz") || path.hasSuffix(".tar.gz") {
      return try TarSource(try ExpandedFile.inflate(gzip: file, limits: limits), path: path, limits: limits)
    }
    if TarHeader.isTar(file.bytes) || path.hasSuffix(".tar") { return try TarSource(file, path: path, limits: limits) }
    return LoneFileSource(file)
  }
}

/// How much an archive may ask for before it is refused.
public struct ArchiveLimits: Sendable, Hashable {
  /// Bytes of one file once it is unpacked. 16 GiB by default.
  public var maximumFileBytes: Int
  /// Bytes of a `.tar.gz` once it is unpacked. 256 GiB by default.
  public var maximumExpandedBytes: Int
  /// Files. 20 million by default.
  public var maximumFiles: Int

  /// Limits, each with its default.
  public init(maximumFileBytes: Int = 16 << 30, maximumExpandedBytes: Int = 256 << 30, maximumFiles: Int = 20_000_000) {
    self.maximumFileBytes = maximumFileBytes
    self.maximumExpandedBytes = maximumExpandedBytes
    self.maximumFiles = maximumFiles
  }

  /// The defaults.
  public static let standard = ArchiveLimits()
}
