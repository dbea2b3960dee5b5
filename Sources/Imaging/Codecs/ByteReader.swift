/// Reads numbers and runs of bytes from front to back; nil past the end, never a trap.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  /// Where the next read starts, at most `bytes.count`.
  private(set) var offset: Int

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = min(max(offset, 0), bytes.count)
  }

  var remaining: Int { bytes.count - offset }

  mutating func byte() -> UInt8? {
    guard offset < bytes.count else { return nil }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// A number of `count` bytes, the most significant first unless `littleEndian`.
  mutating func number(_ count: Int, littleEndian: Bool = false) -> UInt64? {
    guard let run = run(count) else { return nil }
    var value: UInt64 = 0
    for index in 0..<count { value = value << 8 | UInt64(run[littleEndian ? count - 1 - index : index]) }
    return value
  }

  mutating func uint16() -> Int? { number(2).map(Int.init) }
  mutating func uint32() -> Int? { number(4).map(Int.init) }

  /// The next `count` bytes, or nil where there are fewer.
  mutating func run(_ count: Int) -> UnsafeRawBufferPointer? {
    guard count >= 0, count <= remaining else { return nil }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes begin with this text.
  func starts(with text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount
      && text.withUTF8Buffer { want in (0..<want.count).allSatisfy { self[$0] == want[$0] } }
  }

  /// The bytes past the first `count`.
  func dropping(_ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[Swift.min(count, self.count)...])
  }
}
