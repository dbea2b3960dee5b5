extension JSONScanner {
  /// Reads a string and its escapes.
  mutating func string(_ what: String) throws(CheckpointError) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw unexpected("a string (\(what))") }
    let start = position + 1
    var cursor = start
    var pieces: String?
    var pieceStart = start
    while cursor < end {
      let byte = file.bytes[cursor]
      switch byte {
      case UInt8(ascii: "\""):
        let last = try text(pieceStart..<cursor)
        advance(to: cursor + 1)
        return pieces.map { $0 + last } ?? last
      case UInt8(ascii: "\\"):
        var head = pieces ?? ""
        head += try text(pieceStart..<cursor)
        head.unicodeScalars.append(try escape(&cursor))
        pieces = head
        pieceStart = cursor
      case 0..<0x20: throw file.damaged("a control character in a string", at: cursor)
      default: cursor += 1
      }
    }
    throw file.damaged("a string without an end", at: start - 1)
  }

  private func text(_ range: Range<Int>) throws(CheckpointError) -> String {
    guard let text = file.text(range) else { throw file.damaged("a string that is not UTF-8", at: range.lowerBound) }
    return text
  }

  /// Reads the escape at `cursor` and moves past it.
  private func escape(_ cursor: inout Int) throws(CheckpointError) -> Unicode.Scalar {
    let start = cursor
    guard cursor + 1 < end else { throw file.damaged("a string without an end", at: start) }
    let letter = file.bytes[cursor + 1]
    cursor += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let high = try hexadecimal(&cursor)
      if let scalar = Unicode.Scalar(high) { return scalar }
      // Half of a surrogate pair: the other half must follow.
      if high < 0xDC00, cursor + 1 < end, file.bytes[cursor] == UInt8(ascii: "\\"),
        file.bytes[cursor + 1] == UInt8(ascii: "u")
      {
        cursor += 2
        let low = try hexadecimal(&cursor)
        if (0xDC00...0xDFFF).contains(low),
          let scalar = Unicode.Scalar(0x10000 + ((UInt32(high) - 0xD800) << 10) + (UInt32(low) - 0xDC00))
        {
          return scalar
        }
      }
      throw file.damaged("half of a surrogate pair in a string", at: start)
    default: throw file.damaged("an unknown escape in a string", at: start)
    }
  }

  private func hexadecimal(_ cursor: inout Int) throws(CheckpointError) -> UInt16 {
    guard cursor + 4 <= end else { throw file.damaged("a string without an end", at: cursor) }
    var value: UInt16 = 0
    for byte in file.bytes[cursor..<cursor + 4] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        throw file.damaged("a \\u escape needs four hexadecimal digits", at: cursor)
      }
      value = value << 4 | UInt16(digit)
    }
    cursor += 4
    return value
  }
}
