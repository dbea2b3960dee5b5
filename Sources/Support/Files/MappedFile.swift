#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file's bytes, memory-mapped and read only, for as long as this object lives. Page-aligned.
public final class MappedFile: @unchecked Sendable {
  /// The path it was opened by.
  public let path: String
  /// The file's bytes.
  public let bytes: UnsafeRawBufferPointer
  /// The file's state when it was opened.
  package let stamp: FileStamp

  /// Maps a regular file. Throws `FileError.unreadable`, or `tooLarge` past `limit` bytes.
  public init(path: String, limit: Int = .max) throws(FileError) {
    // A FIFO without a writer would make `open` wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: FileError.systemReason()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: FileError.systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw .unreadable(path: path, reason: isFolder ? "it is a folder" : "it is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else { throw .tooLarge(path: path, bytes: size, limit: limit) }
    self.path = path
    stamp = FileStamp(status)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw .unreadable(path: path, reason: FileError.systemReason())
    }
    bytes = UnsafeRawBufferPointer(start: base, count: size)
  }

  /// Tells the system that these bytes are not needed for now; they are read from the file again when they are.
  package func release(_ range: Range<Int>) {
    let page = max(Int(getpagesize()), 1)
    let start = (range.lowerBound + page - 1) / page * page, end = range.upperBound / page * page
    guard start < end, end <= bytes.count, let base = bytes.baseAddress else { return }
    madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
  }

  /// Asks for large pages, where the system has them for files.
  package func preferLargePages() {
    #if os(Linux)
      if let base = bytes.baseAddress {
        madvise(UnsafeMutableRawPointer(mutating: base), bytes.count, Int32(MADV_HUGEPAGE))
      }
    #endif
  }

  deinit {
    if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
  }
}
