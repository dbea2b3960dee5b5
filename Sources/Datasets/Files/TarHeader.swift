/// The 512 bytes before a file in a tar (POSIX.1-1988 ustar, with GNU's long names and pax records).
struct TarHeader {
  let name: String
  let size: Int
  let kind: UInt8

  /// Whether bytes begin as a tar does: by the checksum of the first header.
  static func isTar(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 512 && TarHeader(UnsafeRawBufferPointer(rebasing: bytes[..<512])) != nil
  }

  /// Nil where the checksum is wrong or a number is none.
  init?(_ block: UnsafeRawBufferPointer) {
    guard block.count == 512, let sum = Self.octal(block, 148, 8), let size = Self.number(block, 124, 12) else {
      return nil
    }
    var (unsigned, signed) = (0, 0)
    for index in 0..<512 {
      let byte = (148..<156).contains(index) ? 0x20 : block[index]
      unsigned += Int(byte)
      signed += Int(Int8(bitPattern: byte))
    }
    guard sum == unsigned || sum == signed else { return nil }
    self.size = size
    kind = block[156]
    let isStandard = block[257...].starts(with: "ustar\0".utf8)
    let prefix = isStandard ? Self.text(block, 345, 155) : ""
    let short = Self.text(block, 0, 100)
    name = prefix.isEmpty ? short : prefix + "/" + short
  }

  /// Text up to its NUL.
  static func text(_ block: UnsafeRawBufferPointer, _ offset: Int, _ length: Int) -> String {
    String(decoding: block[offset..<offset + length].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// An octal number, or GNU's binary one, whose first bit is set.
  private static func number(_ block: UnsafeRawBufferPointer, _ offset: Int, _ length: Int) -> Int? {
    guard block[offset] & 0x80 != 0 else { return octal(block, offset, length) }
    var value = Int(block[offset] & 0x3F)
    for index in offset + 1..<offset + length {
      guard value < Int.max >> 8 else { return nil }
      value = value << 8 | Int(block[index])
    }
    return block[offset] & 0x40 == 0 ? value : nil
  }

  private static func octal(_ block: UnsafeRawBufferPointer, _ offset: Int, _ length: Int) -> Int? {
    let digits = block[offset..<offset + length].drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
