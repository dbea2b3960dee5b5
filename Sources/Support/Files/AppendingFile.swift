#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that only grows, such as a log: each piece is written by one call, so that a reader never sees half of what was
/// done before, and `sync()` keeps it through a loss of power.
package final class AppendingFile {
  /// Where it lies.
  package let path: String
  private let descriptor: Int32

  /// Opens a file, or makes it. Throws `FileError.unwritable`.
  package init(path: String) throws(FileError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: FileError.systemReason()) }
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes {
        systemAppend(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw .unwritable(path: path, reason: FileError.systemReason()) }
      done += written
    }
  }

  /// Waits until what was written is on the disk.
  package func sync() throws(FileError) {
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .unwritable(path: path, reason: FileError.systemReason())
    }
  }

  deinit { close(descriptor) }
}

/// The system's `write`, which the method of that name would hide.
private func systemAppend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
