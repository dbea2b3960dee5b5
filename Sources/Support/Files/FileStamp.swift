#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which state of which file was seen: another file, or the same one changed since, has another stamp.
package struct FileStamp: Hashable, Sendable {
  package let device: UInt64, node: UInt64
  /// Its length.
  package let byteCount: Int
  /// When its bytes, and when anything of it, changed: nanoseconds since 1970.
  package let modified: Int, changed: Int
  /// Who it belongs to.
  package let owner: UInt32

  init(_ status: stat) {
    #if canImport(Darwin)
      let times = (status.st_mtimespec, status.st_ctimespec)
    #else
      let times = (status.st_mtim, status.st_ctim)
    #endif
    device = UInt64(truncatingIfNeeded: status.st_dev)
    node = UInt64(status.st_ino)
    byteCount = Int(status.st_size)
    // Times after 2262 wrap: stamps are compared, not counted with.
    modified = Int(times.0.tv_sec) &* 1_000_000_000 &+ Int(times.0.tv_nsec)
    changed = Int(times.1.tv_sec) &* 1_000_000_000 &+ Int(times.1.tv_nsec)
    owner = status.st_uid
  }

  /// The stamp of a regular file; nil where there is none.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status)
  }

  /// All that tells two states apart, in one line.
  package var text: String { "\(device) \(node) \(byteCount) \(modified) \(changed)" }

  /// Whether the last change is more than so many seconds ago: clocks of files tick slowly, and a change soon after another
  /// can get the same time.
  package func isSettled(for seconds: Double) -> Bool { Double(changed) * 1e-9 < WallClock.seconds - seconds }

  /// Whether it belongs to this user or the administrator.
  package var isOurs: Bool { owner == geteuid() || owner == 0 }
}
