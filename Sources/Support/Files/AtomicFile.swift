#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that gets its name only when it is whole: written beside its place under a temporary name, then renamed.
///
/// Dropped without `commit()`, it leaves nothing behind. A process that is killed leaves at most a hidden `.NAME.PID-N.partial`.
public final class AtomicFile {
  /// Where the file will stand.
  public let path: String
  private let temporaryPath: String
  private var descriptor: Int32
  private var isCommitted = false
  /// What went wrong at a write: a file with a gap never gets its name.
  private var failure: FileError?

  /// Creates the temporary file in the folder of `path`, which must exist. Throws `FileError.unwritable`.
  public init(path: String) throws(FileError) {
    self.path = path
    let (folder, name) = Self.split(path)
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw .unwritable(path: path, reason: "it is a folder")
    }
    let serial = Self.nextSerial()
    temporaryPath = folder + ".\(name).\(getpid())-\(serial).partial"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: FileError.systemReason()) }
  }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let written = systemWrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if written < 0 {
        if errno == EINTR { continue }
        let error = FileError.unwritable(path: path, reason: FileError.systemReason())
        failure = error
        throw error
      }
      done += written
    }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    let result = bytes.withUnsafeBytes { buffer in Result { () throws(FileError) in try write(buffer) } }
    try result.get()
  }

  /// Appends UTF-8 text.
  public func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  /// Gives the file its name, replacing what stood there. Throws where that fails or an earlier write did.
  public func commit() throws(FileError) {
    if let failure { throw failure }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporaryPath, path) == 0 else {
      throw .unwritable(path: path, reason: FileError.systemReason())
    }
    isCommitted = true
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Writes a whole file at once.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  private static let serial = Counter()
  private static func nextSerial() -> Int { serial.next() }
  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }
}

/// The system's `write`, which the method of that name would hide.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
