import Checkpoints
import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file on its way: `NAME.partial` in the cache, kept between runs, and locked so that one pull at a time fills it.
///
/// `NAME.partial.info` beside it says what it is a part of.
final class PartialFile {
  /// What the bytes are a part of.
  struct Origin: Equatable {
    let url: String
    let validator: String?
    let total: Int?
  }

  let path: String
  /// Bytes that are here.
  private(set) var count: Int
  private var descriptor: Int32
  private var infoPath: String { path + ".info" }

  /// Opens or makes the file and locks it. While another pull holds it, `wait` is asked ten times a second; false gives up.
  init(path: String, wait: () -> Bool) throws(DownloadError) {
    self.path = path
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw .file(.unwritable(path: path, reason: FileError.systemReason()))
      }
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        let code = errno
        guard code == EWOULDBLOCK || code == EINTR else {
          close(descriptor)
          throw .file(.unwritable(path: path, reason: "it cannot be locked: \(FileError.systemReason(code))"))
        }
        guard wait() else {
          close(descriptor)
          throw .cancelled(file: path)
        }
        usleep(100_000)
      }
      // Whoever held the lock may have renamed or removed the file meanwhile: then this is not it any more.
      var held = stat(), named = stat()
      if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
        held.st_dev == named.st_dev
      {
        self.descriptor = descriptor
        count = Int(held.st_size)
        return
      }
      close(descriptor)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// What the bytes are a part of; nil where that is not known.
  var origin: Origin? {
    guard let file = try? MappedFile(path: infoPath, limit: 64 << 10) else { return nil }
    let text = withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 3, !lines[0].isEmpty else { return nil }
    return Origin(url: lines[0], validator: lines[1].isEmpty ? nil : lines[1], total: Int(lines[2]))
  }

  /// Notes what the bytes are a part of.
  func setOrigin(_ origin: Origin) throws(DownloadError) {
    let text = "\(origin.url)\n\(origin.validator ?? "")\n\(origin.total.map(String.init) ?? "")\n"
    do { try AtomicFile.write(Array(text.utf8), to: infoPath) } catch { throw .file(error) }
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
    var done = 0
    while done < bytes.count {
      let written = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(count))
      if written < 0 {
        let code = errno
        if code == EINTR { continue }
        throw [ENOSPC, EDQUOT, EFBIG].contains(code)
          ? .diskFull(path: path, needed: nil, free: nil)
          : .file(.unwritable(path: path, reason: FileError.systemReason(code)))
      }
      done += written
      count += written
    }
  }

  /// Forgets the bytes that are here.
  func restart() throws(DownloadError) {
    unlink(infoPath)
    guard count > 0 else { return }
    guard ftruncate(descriptor, 0) == 0 else {
      throw .file(.unwritable(path: path, reason: FileError.systemReason()))
    }
    count = 0
  }

  /// Throws `diskFull` where the disk has less room than `needed` bytes.
  func requireRoom(for needed: Int) throws(DownloadError) {
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0, status.f_frsize > 0 else { return }
    let (free, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    guard !overflow, free < needed else { return }
    throw .diskFull(path: path, needed: needed, free: free)
  }

  /// Gives the file its name. It is on the disk before it has it.
  func commit(as name: String) throws(DownloadError) {
    guard fsync(descriptor) == 0, rename(path, name) == 0 else {
      throw .file(.unwritable(path: name, reason: FileError.systemReason()))
    }
    unlink(infoPath)
  }

  /// Removes the file.
  func discard() {
    unlink(infoPath)
    unlink(path)
  }
}
