/// What the metadata says about orientation.
enum OrientationTag: Equatable {
  /// The metadata cannot be read at all.
  case unreadable
  /// There is no such entry.
  case absent
  /// The entry's value, which may be none of 1 to 8.
  case value(Double)
}

/// Finds the orientation in EXIF data, a TIFF directory (CIPA DC-008, TIFF 6.0). Follows Pillow in what it makes of damage.
enum ExifOrientation {
  private static let orientationTag = 0x0112

  /// Bytes an element of each TIFF type takes.
  private static let unitSizes: [Int: Int] = [
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8,
  ]

  /// Reads the first directory. `exif` may begin with `Exif\0\0`, once or twice.
  static func find(in exif: UnsafeRawBufferPointer) -> OrientationTag {
    var data = exif
    for _ in 0..<2 where data.starts(with: "Exif\0\0") { data = data.dropping(6) }
    guard !data.isEmpty else { return .absent }
    guard data.count >= 8, let littleEndian = byteOrder(data) else { return .unreadable }
    var header = ByteReader(data, at: 4)
    guard let start = header.number(4, littleEndian: littleEndian) else { return .unreadable }
    guard start <= UInt64(data.count) else { return .absent }
    return walk(ByteReader(data, at: Int(start)), littleEndian: littleEndian)
  }

  /// Whether numbers are little-endian; nil where this is no TIFF header. Some writers swap the bytes of its 42.
  private static func byteOrder(_ data: UnsafeRawBufferPointer) -> Bool? {
    if data.starts(with: "II\u{2A}\0") || data.starts(with: "II\0\u{2A}") { return true }
    if data.starts(with: "MM\0\u{2A}") || data.starts(with: "MM\u{2A}\0") || data.starts(with: "MM\0\u{2B}") {
      return false
    }
    return nil
  }

  private static func walk(_ directory: ByteReader, littleEndian: Bool) -> OrientationTag {
    var reader = directory
    guard let count = reader.number(2, littleEndian: littleEndian) else { return .absent }
    // Entries that claim more data than there is are passed over; one that points past the end stops the reading.
    var claimed: UInt64 = 0
    let limit = UInt64(reader.bytes.count)
    for _ in 0..<count {
      guard let tag = reader.number(2, littleEndian: littleEndian),
        let type = reader.number(2, littleEndian: littleEndian),
        let elements = reader.number(4, littleEndian: littleEndian), var value = reader.run(4)
      else { return .absent }
      guard let unit = unitSizes[Int(type)] else { continue }
      let size = elements * UInt64(unit)
      if size > 4 {
        var pointer = ByteReader(value)
        guard let offset = pointer.number(4, littleEndian: littleEndian) else { return .absent }
        claimed += size
        if claimed > limit { continue }
        guard offset + size <= limit else { return .absent }
        value = UnsafeRawBufferPointer(rebasing: reader.bytes[Int(offset)..<Int(offset + size)])
      }
      if size > 0, Int(tag) == orientationTag { return number(value, type: Int(type), littleEndian: littleEndian) }
    }
    return .absent
  }

  /// The first element as a number; 0, which is no orientation, for text and raw bytes.
  private static func number(_ value: UnsafeRawBufferPointer, type: Int, littleEndian: Bool) -> OrientationTag {
    var reader = ByteReader(value)
    guard let size = unitSizes[type], let bits = reader.number(min(size, 8), littleEndian: littleEndian) else {
      return .value(0)
    }
    switch type {
    case 3, 4, 13, 16: return .value(Double(bits))
    case 6: return .value(Double(Int8(truncatingIfNeeded: bits)))
    case 8: return .value(Double(Int16(truncatingIfNeeded: bits)))
    case 9: return .value(Double(Int32(truncatingIfNeeded: bits)))
    case 11: return .value(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
    case 12: return .value(Double(bitPattern: bits))
    case 5, 10:
      var parts = ByteReader(value)
      guard let top = parts.number(4, littleEndian: littleEndian),
        let bottom = parts.number(4, littleEndian: littleEndian),
        bottom != 0
      else { return .value(0) }
      return .value(Double(Int32(truncatingIfNeeded: top)) / Double(Int32(truncatingIfNeeded: bottom)))
    default: return .value(0)
    }
  }
}
