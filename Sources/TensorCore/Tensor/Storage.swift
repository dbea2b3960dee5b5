import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes that tensors share: allocated, 64-byte aligned, or a part of a memory-mapped file.
///
/// Written only while one owner holds it (copy-on-write in `Tensor`), so that it may be shared between threads.
package final class Storage: @unchecked Sendable {
  package let pointer: UnsafeMutableRawPointer
  package let byteCount: Int
  /// What keeps mapped bytes alive; nil where this storage owns its allocation.
  private let owner: AnyObject?
  /// The size of the block that the bytes lie in; 0 where it is the allocator's.
  private let blockSize: Int
  /// The recorded value that this stands for; nil for real bytes.
  package let placeholder: Placeholder?

  /// The alignment of allocated bytes: a cache line, and the widest vector.
  package static let alignment = 64
  /// Bytes of a large page of memory.
  package static let largePage = BlockCache.largePage
  private static let blocks = BlockCache()

  /// Uninitialised bytes; throws where they exceed the machine's memory or cannot be had.
  package init(byteCount: Int, operation: String) throws(ShapeError) {
    guard byteCount <= Self.physicalMemory else {
      throw ShapeError(
        .memory, operation, "needs \(byteCount) bytes, more than this machine's memory (\(Self.physicalMemory))")
    }
    // The tail is padded to a whole vector, so that kernels may load past the last element.
    let room = max(byteCount, 1) + Self.alignment
    var raw: UnsafeMutableRawPointer?
    if room >= BlockCache.leastBytes {
      blockSize = BlockCache.size(for: room)
      raw = Self.blocks.take(blockSize)
    } else {
      blockSize = 0
      if posix_memalign(&raw, Self.alignment, room) != 0 {
        Self.blocks.releaseAll()
        if posix_memalign(&raw, Self.alignment, room) != 0 { raw = nil }
      }
    }
    guard let raw else { throw ShapeError(.memory, operation, "cannot allocate \(byteCount) bytes") }
    pointer = raw
    self.byteCount = byteCount
    owner = nil
    placeholder = nil
  }

  /// Bytes that `owner` keeps alive, read only. The pointer must be aligned to the elements read through it.
  package init(readOnly pointer: UnsafeRawPointer, byteCount: Int, owner: AnyObject) {
    self.pointer = UnsafeMutableRawPointer(mutating: pointer)
    self.byteCount = byteCount
    self.owner = owner
    blockSize = 0
    placeholder = nil
  }

  /// No bytes at all: a value of a recording.
  init(placeholder: Placeholder) {
    pointer = UnsafeMutableRawPointer.allocate(byteCount: Self.alignment, alignment: Self.alignment)
    byteCount = .max
    owner = nil
    blockSize = 0
    self.placeholder = placeholder
  }

  package var isReadOnly: Bool { owner != nil }

  /// The mapped file that these bytes are a part of, and where in it they begin; nil where they are their own.
  var filePlace: (file: MappedFile, offset: Int)? {
    guard let file = owner as? MappedFile, let base = file.bytes.baseAddress else { return nil }
    return (file, UnsafeRawPointer(pointer) - base)
  }

  /// Gives memory back where these bytes are a part of a mapped file: they are read from it again when they are needed.
  func releasePages(_ range: Range<Int>) -> Bool {
    guard let (file, first) = filePlace else { return false }
    file.release(first + range.lowerBound..<first + range.upperBound)
    return true
  }

  deinit {
    guard owner == nil else { return }
    if blockSize > 0 { Self.blocks.giveBack(pointer, size: blockSize) } else { free(pointer) }
  }

  private static let physicalMemory: Int = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
}
