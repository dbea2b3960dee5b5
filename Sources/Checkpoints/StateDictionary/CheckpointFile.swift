import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of a weights file, mapped or in memory, and bounds-checked little-endian reads from them.
package final class CheckpointFile: @unchecked Sendable {
  package let path: String
  package let bytes: UnsafeRawBufferPointer
  /// How far from the start kernels may load without a fault: a mapping reaches to the end of its last page.
  package let readableByteCount: Int
  private let mapping: MappedFile?
  private let allocation: UnsafeMutableRawPointer?

  /// What may be loaded past a tensor's last element, as for allocated tensors.
  package static let padding = 64

  /// Maps a file.
  package init(path: String) throws(FileError) {
    let mapped = try MappedFile(path: path)
    let page = max(Int(getpagesize()), 1)
    self.path = path
    mapping = mapped
    allocation = nil
    bytes = mapped.bytes
    readableByteCount = (mapped.bytes.count + page - 1) / page * page
  }

  /// Copies bytes; `path` is what error messages call them.
  package init(bytes source: [UInt8], path: String) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: source.count + Self.padding, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: source.count + Self.padding)
    source.withUnsafeBytes { if let base = $0.baseAddress { memory.copyMemory(from: base, byteCount: $0.count) } }
    self.path = path
    mapping = nil
    allocation = memory
    bytes = UnsafeRawBufferPointer(start: memory, count: source.count)
    readableByteCount = source.count + Self.padding
  }

  deinit { allocation?.deallocate() }

  package var count: Int { bytes.count }

  /// What keeps the bytes alive; a mapping itself, so that tensors can give its pages back.
  var keeper: AnyObject { mapping ?? self }

  /// Whether `length` bytes lie at `offset`.
  package func has(_ length: Int, at offset: Int) -> Bool {
    offset >= 0 && length >= 0 && offset <= bytes.count && length <= bytes.count - offset
  }

  /// Whether these bytes stand at `offset`.
  package func starts(with pattern: [UInt8], at offset: Int = 0) -> Bool {
    has(pattern.count, at: offset) && bytes[offset..<offset + pattern.count].elementsEqual(pattern)
  }

  package func byte(at offset: Int) throws(CheckpointError) -> UInt8 {
    try require(1, at: offset)
    return bytes[offset]
  }

  package func uint16(at offset: Int) throws(CheckpointError) -> UInt16 {
    try require(2, at: offset)
    return UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  package func uint32(at offset: Int) throws(CheckpointError) -> UInt32 {
    try require(4, at: offset)
    return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  package func uint64(at offset: Int) throws(CheckpointError) -> UInt64 {
    try require(8, at: offset)
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Text as UTF-8; nil where it is not.
  package func text(_ range: Range<Int>) -> String? {
    guard has(range.count, at: range.lowerBound) else { return nil }
    return String(validating: bytes[range], as: UTF8.self)
  }

  /// Throws `damaged` where the file ends before `length` bytes at `offset`.
  package func require(_ length: Int, at offset: Int) throws(CheckpointError) {
    guard has(length, at: offset) else {
      let expected = length < 0 ? nil : "\(length) bytes"
      throw damaged(
        "the file ends early", at: max(offset, 0), expected: expected, found: "\(max(bytes.count - offset, 0))")
    }
  }

  package func damaged(
    _ problem: String, key: String? = nil, at offset: Int? = nil, expected: String? = nil, found: String? = nil
  ) -> CheckpointError {
    .damaged(CheckpointFault(problem, path: path, key: key, offset: offset, expected: expected, found: found))
  }

  package func unsupported(_ problem: String, key: String? = nil, at offset: Int? = nil) -> CheckpointError {
    .unsupported(CheckpointFault(problem, path: path, key: key, offset: offset))
  }
}
