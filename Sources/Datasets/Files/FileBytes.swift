import Support

/// The bytes of one file of a data set, for as long as this value lives: a part of a memory map, or an array.
public struct FileBytes: Sendable {
  private enum Storage: Sendable {
    case mapped(MappedFile, Range<Int>)
    case array([UInt8])
  }
  private let storage: Storage

  init(_ file: MappedFile, _ range: Range<Int>) { storage = .mapped(file, range) }
  init(_ array: [UInt8]) { storage = .array(array) }

  /// How many they are.
  public var count: Int {
    switch storage {
    case .mapped(_, let range): range.count
    case .array(let bytes): bytes.count
    }
  }

  /// Calls `body` with the bytes, which must not outlive it.
  public func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    switch storage {
    case .mapped(let file, let range):
      let part = UnsafeRawBufferPointer(rebasing: file.bytes[range])
      let result = Result { () throws(E) in try body(part) }
      return try withExtendedLifetime(file) { result }.get()
    case .array(let bytes):
      let result = bytes.withUnsafeBytes { buffer in Result { () throws(E) in try body(buffer) } }
      return try result.get()
    }
  }

  /// Tells the system that the first `count` bytes are not needed for now, so that a large file that is read once does not
  /// stay in memory. Nothing happens to bytes that are not mapped.
  func release(upTo count: Int) {
    guard case .mapped(let file, let range) = storage else { return }
    file.release(range.lowerBound..<min(range.lowerBound + count, range.upperBound))
  }

  /// The bytes as text; bytes that are not UTF-8 are replaced, a byte-order mark is dropped.
  public var text: String {
    withBytes { bytes in
      String(
        decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeRawBufferPointer(rebasing: bytes[3...]) : bytes,
        as: UTF8.self)
    }
  }

  /// FNV-1a of 64 bits over eight bytes a step: tells files apart, proves nothing against an attacker.
  var fingerprint: UInt64 {
    withBytes { bytes in
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
      var index = 0
      while index + 8 <= bytes.count {
        hash = (hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        index += 8
      }
      while index < bytes.count {
        hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
        index += 1
      }
      hash = (hash ^ hash >> 32) &* 0xd6e8_feb8_6659_fd93
      return hash ^ hash >> 32
    }
  }
}
