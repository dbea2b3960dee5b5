/// A strict reader of the JSON in a range of a file (RFC 8259): no duplicate keys, no values past a depth, UTF-8 only.
///
/// It builds no tree: the caller says what it wants next, so that a header of 100 MB costs no more than what is kept.
struct JSONScanner {
  let file: CheckpointFile
  let end: Int
  private(set) var position: Int

  private static let depthLimit = 32

  init(_ file: CheckpointFile, _ range: Range<Int>) {
    self.file = file
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next byte that is not white space; nil at the end.
  mutating func peek() -> UInt8? {
    while position < end {
      let byte = file.bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  /// Throws unless only white space is left.
  mutating func finish() throws(CheckpointError) {
    if peek() != nil { throw fault("text after the header's JSON object") }
  }

  /// Reads `{...}`: calls `member` with each key, which must read its value. Duplicate keys throw.
  mutating func object(
    _ what: String, _ member: (inout JSONScanner, String) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect(UInt8(ascii: "{"), "{ (\(what))")
    var keys: Set<String> = []
    if peek() == UInt8(ascii: "}") {
      position += 1
      return
    }
    while true {
      let key = try string("a key of \(what)")
      guard keys.insert(key).inserted else {
        throw file.damaged("duplicate key \"\(CheckpointFault.printable(key))\" in \(what)", at: position)
      }
      try expect(UInt8(ascii: ":"), ":")
      try member(&self, key)
      if try !hasMore(closing: UInt8(ascii: "}")) { return }
    }
  }

  /// Reads `[...]`: calls `element` before each element, which must read it.
  mutating func array(
    _ what: String, _ element: (inout JSONScanner) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect(UInt8(ascii: "["), "[ (\(what))")
    if peek() == UInt8(ascii: "]") {
      position += 1
      return
    }
    while true {
      try element(&self)
      if try !hasMore(closing: UInt8(ascii: "]")) { return }
    }
  }

  /// Reads an integer from 0 to 2^63 - 1.
  mutating func size(_ what: String) throws(CheckpointError) -> Int {
    guard let first = peek(), isDigit(first) else { throw unexpected("a whole number (\(what))") }
    var value = 0
    let start = position
    while position < end, isDigit(file.bytes[position]) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowed) = product.addingReportingOverflow(Int(file.bytes[position] - 0x30))
      guard !overflow, !overflowed else { throw file.damaged("a number of \(what) is too large", at: start) }
      value = sum
      position += 1
    }
    guard first != 0x30 || position == start + 1 else { throw file.damaged("a number with a leading zero", at: start) }
    if position < end, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(file.bytes[position]) {
      throw file.damaged("\(what) must be whole numbers", at: start)
    }
    return value
  }

  /// Reads and forgets any value.
  mutating func skipValue(depth: Int = 0) throws(CheckpointError) {
    guard depth < Self.depthLimit else { throw fault("JSON nested deeper than \(Self.depthLimit)") }
    switch peek() {
    case UInt8(ascii: "{"):
      try object("a value") { (scanner, _) throws(CheckpointError) in try scanner.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["):
      try array("a value") { (scanner) throws(CheckpointError) in try scanner.skipValue(depth: depth + 1) }
    case UInt8(ascii: "\""): _ = try string("a value")
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try skipNumber()
    }
  }

  /// Whether a comma follows, rather than the closing bracket.
  private mutating func hasMore(closing: UInt8) throws(CheckpointError) -> Bool {
    guard let byte = peek(), byte == closing || byte == UInt8(ascii: ",") else {
      throw unexpected("a comma or the end of a list")
    }
    position += 1
    return byte != closing
  }

  private mutating func expect(_ byte: UInt8, _ name: String) throws(CheckpointError) {
    guard peek() == byte else { throw unexpected(name) }
    position += 1
  }

  private mutating func word(_ text: String) throws(CheckpointError) {
    for byte in text.utf8 {
      guard position < end, file.bytes[position] == byte else { throw unexpected(text) }
      position += 1
    }
  }

  private mutating func skipNumber() throws(CheckpointError) {
    if peek() == UInt8(ascii: "-") { position += 1 }
    let start = position
    try digits()
    guard file.bytes[start] != 0x30 || position == start + 1 else {
      throw file.damaged("a number with a leading zero", at: start)
    }
    if position < end, file.bytes[position] == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if position < end, file.bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < end, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(file.bytes[position]) { position += 1 }
      try digits()
    }
  }

  private mutating func digits() throws(CheckpointError) {
    guard position < end, isDigit(file.bytes[position]) else { throw unexpected("a digit or a value") }
    while position < end, isDigit(file.bytes[position]) { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// A fault at the present place.
  func fault(_ problem: String) -> CheckpointError { file.damaged(problem, at: position) }

  /// A fault that names the next byte.
  mutating func unexpected(_ expected: String) -> CheckpointError {
    let found =
      peek().map { $0 > 0x20 && $0 < 0x7F ? "'\(Character(UnicodeScalar($0)))'" : "byte \($0)" }
      ?? "the end of the header"
    return file.damaged("the header is not well-formed JSON", at: position, expected: expected, found: found)
  }

  mutating func advance(to position: Int) { self.position = position }
}
