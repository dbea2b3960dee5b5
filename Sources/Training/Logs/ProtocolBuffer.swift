/// A message of Protocol Buffers under construction: just the wire types that event files need.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private mutating func variable(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  /// A whole number; negative ones take ten bytes.
  mutating func integer(_ field: Int, _ value: Int) {
    variable(UInt64(field) << 3)
    variable(UInt64(bitPattern: Int64(value)))
  }

  mutating func double(_ field: Int, _ value: Double) {
    variable(UInt64(field) << 3 | 1)
    bytes += value.bitPattern.littleEndianBytes
  }

  mutating func float(_ field: Int, _ value: Float) {
    variable(UInt64(field) << 3 | 5)
    bytes += value.bitPattern.littleEndianBytes
  }

  /// Bytes, a text or a message inside.
  mutating func part(_ field: Int, _ value: [UInt8]) {
    variable(UInt64(field) << 3 | 2)
    variable(UInt64(value.count))
    bytes += value
  }

  mutating func text(_ field: Int, _ value: String) { part(field, Array(value.utf8)) }
}

extension FixedWidthInteger {
  /// The least significant byte first.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
  }
}
