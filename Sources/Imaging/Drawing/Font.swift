/// The one typeface of labels: DejaVu Sans, Latin-1, as coverage at 64 pixels an em.
struct Font: Sendable {
  /// A character's picture, at the table's size.
  struct Glyph: Sendable {
    /// Pixels to the next character's origin.
    let advance: Int
    /// From the origin to the picture's left column.
    let left: Int
    /// From the baseline up to the picture's first row.
    let top: Int
    let width: Int
    let height: Int
    fileprivate let range: Range<Int>
  }

  /// Pixels an em, the measure of a text's size.
  let em: Int
  /// Rows above and below the baseline that the letters of a line need, and those of an x.
  let ascent: Int, descent: Int, xHeight: Int
  private let glyphs: [UInt32: Glyph]
  private let bytes: [UInt8]

  /// Read at the first use.
  static let standard = Font(base64: fontTable)

  private init(base64 text: String) {
    bytes = Self.decoded(text)
    var place = 0
    func byte(_ table: [UInt8]) -> Int {
      defer { place += 1 }
      return place < table.count ? Int(table[place]) : 0
    }
    func word(_ table: [UInt8]) -> Int { byte(table) | byte(table) << 8 }
    func signed(_ value: Int, bits: Int) -> Int { value >= 1 << (bits - 1) ? value - 1 << bits : value }
    let count = word(bytes)
    em = max(word(bytes), 1)
    ascent = signed(word(bytes), bits: 16)
    descent = signed(word(bytes), bits: 16)
    xHeight = max(signed(word(bytes), bits: 16), 1)
    var offset = 10 + 9 * count
    var glyphs: [UInt32: Glyph] = [:]
    for _ in 0..<count {
      let code = UInt32(word(bytes))
      let advance = byte(bytes), left = signed(byte(bytes), bits: 8), top = signed(byte(bytes), bits: 8)
      let width = byte(bytes), height = byte(bytes), length = word(bytes)
      glyphs[code] = Glyph(
        advance: advance, left: left, top: top, width: width, height: height, range: offset..<offset + length)
      offset += length
    }
    self.glyphs = glyphs
  }

  /// The character's glyph; nil where the table has none, and a box is drawn.
  func glyph(_ scalar: Unicode.Scalar) -> Glyph? { glyphs[scalar.value] }

  /// The glyph's coverage, 0 to 1, rows from the top.
  func coverage(_ glyph: Glyph) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(glyph.width * glyph.height)
    for byte in bytes[glyph.range.clamped(to: 0..<bytes.count)] {
      for _ in 0...(byte & 15) { result.append(Float(byte >> 4) / 15) }
    }
    return result
  }

  private static func decoded(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var buffer: UInt32 = 0, bits = 0
    for character in text.utf8 {
      let value: UInt8
      switch character {
      case 65...90: value = character - 65
      case 97...122: value = character - 71
      case 48...57: value = character + 4
      case 43: value = 62
      case 47: value = 63
      default: continue
      }
      buffer = buffer << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      }
    }
    return result
  }
}
