#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension JSONReader {
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21,
    1e22,
  ]

  /// Reads a number, the nearest double to its digits. Throws where none stands here.
  mutating func number() throws(DatasetError) -> Double {
    _ = peek()
    let start = position
    var place = start
    let isNegative = place < bytes.count && bytes[place] == UInt8(ascii: "-")
    if isNegative { place += 1 }
    var mantissa: UInt64 = 0
    var digits = 0, decimals = 0, isPlain = true
    while place < bytes.count {
      let byte = bytes[place]
      if byte &- 0x30 <= 9 {
        // Past 18 digits the sum is no longer used.
        mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
        digits += 1
        if !isPlain { decimals += 1 }
      } else if byte == UInt8(ascii: "."), isPlain {
        isPlain = false
      } else {
        break
      }
      place += 1
    }
    var hasExponent = place < bytes.count && bytes[place] | 0x20 == UInt8(ascii: "e")
    if digits > 0, !hasExponent, mantissa < 1 << 53, digits <= 18, decimals <= 22 {
      advance(to: place)
      // Both are exact, so that one division rounds as the digits do.
      let value = Double(mantissa) / Self.powers[decimals]
      return isNegative ? -value : value
    }
    if hasExponent {
      var end = place + 1
      if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") { end += 1 }
      let first = end
      while end < bytes.count, bytes[end] &- 0x30 <= 9 { end += 1 }
      hasExponent = end > first
      if hasExponent { place = end }
    }
    return try slowNumber(start..<place, hasDigits: digits > 0)
  }

  /// Numbers with exponents and many digits, by the C library, and the names of those that are none.
  private mutating func slowNumber(_ range: Range<Int>, hasDigits: Bool) throws(DatasetError) -> Double {
    if word("NaN") { return .nan }
    if word("Infinity") { return .infinity }
    if word("-Infinity") { return -.infinity }
    guard hasDigits, range.count < 400, let base = bytes.baseAddress else { throw fault("expected a number") }
    // The program stays in the C locale, in which the decimal point is a point.
    let value = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { text -> Double in
      guard let start = text.baseAddress else { return .nan }
      memcpy(start, base + range.lowerBound, range.count)
      start[range.count] = 0
      return strtod(start, nil)
    }
    advance(to: range.upperBound)
    return value
  }

  /// Reads a number as an integer; nil for `null`, text that is none and numbers that are not whole.
  mutating func integer() throws(DatasetError) -> Int? {
    switch peek() {
    case UInt8(ascii: "\""): return Int(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return Int(exactly: try number())
    default:
      try skip()
      return nil
    }
  }

  /// Reads a string. Throws where none stands here, for broken escapes and bare control characters.
  mutating func string() throws(DatasetError) -> String {
    try expect(UInt8(ascii: "\""))
    let start = position
    var place = start
    while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\") { place += 1 }
    guard place < bytes.count else {
      advance(to: place)
      throw fault("a text without its end")
    }
    if bytes[place] == UInt8(ascii: "\"") {
      advance(to: place + 1)
      return String(decoding: bytes[start..<place], as: UTF8.self)
    }
    return try escapedString(from: start)
  }

  private mutating func escapedString(from start: Int) throws(DatasetError) -> String {
    var units: [UInt16] = []
    var text = ""
    var run = start
    var place = start
    func flush(_ end: Int) {
      if !units.isEmpty { text += String(decoding: units, as: UTF16.self) }
      units = []
      text += String(decoding: bytes[run..<end], as: UTF8.self)
    }
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: "\\") || bytes[place] == UInt8(ascii: "\"") else {
        place += 1
        continue
      }
      if run < place || bytes[place] == UInt8(ascii: "\"") { flush(place) }
      if bytes[place] == UInt8(ascii: "\"") {
        advance(to: place + 1)
        return text
      }
      advance(to: place)
      guard let (unit, length) = escape(at: place + 1) else { throw fault("a broken escape") }
      units.append(unit)
      place += 1 + length
      run = place
    }
    advance(to: bytes.count)
    throw fault("a text without its end")
  }

  private func escape(at place: Int) -> (UInt16, Int)? {
    guard place < bytes.count else { return nil }
    switch bytes[place] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return (UInt16(bytes[place]), 1)
    case UInt8(ascii: "b"): return (8, 1)
    case UInt8(ascii: "f"): return (12, 1)
    case UInt8(ascii: "n"): return (10, 1)
    case UInt8(ascii: "r"): return (13, 1)
    case UInt8(ascii: "t"): return (9, 1)
    case UInt8(ascii: "u"):
      guard place + 5 <= bytes.count else { return nil }
      return UInt16(String(decoding: bytes[place + 1..<place + 5], as: UTF8.self), radix: 16).map { ($0, 5) }
    default: return nil
    }
  }

  /// Passes over a string.
  mutating func skipString() throws(DatasetError) {
    var place = position + 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    advance(to: min(place + 1, bytes.count))
    guard place < bytes.count else { throw fault("a text without its end") }
  }

  /// Reads a list of numbers.
  mutating func numbers() throws(DatasetError) -> [Double] {
    var list: [Double] = []
    try array { reader throws(DatasetError) in list.append(try reader.number()) }
    return list
  }

  /// The text of the value that stands here, as it is.
  mutating func raw() throws(DatasetError) -> String {
    _ = peek()
    let start = position
    try skip()
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }
}
