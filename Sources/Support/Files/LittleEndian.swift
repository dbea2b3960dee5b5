/// Numbers of files, the least significant byte first; nil past the end.
extension UnsafeRawBufferPointer {
  /// Two bytes.
  package func uint16(at offset: Int) -> Int? {
    guard offset >= 0, offset <= count - 2 else { return nil }
    return Int(self[offset]) | Int(self[offset + 1]) << 8
  }

  /// Four bytes.
  package func uint32(at offset: Int) -> Int? {
    guard offset >= 0, offset <= count - 4 else { return nil }
    return Int(UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  /// Eight bytes; nil past `Int.max` too.
  package func uint64(at offset: Int) -> Int? {
    guard offset >= 0, offset <= count - 8 else { return nil }
    return Int(exactly: UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
  }

  /// A part, nil where it is not all inside.
  package func part(_ offset: Int, _ length: Int) -> UnsafeRawBufferPointer? {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
    return UnsafeRawBufferPointer(rebasing: self[offset..<offset + length])
  }
}
