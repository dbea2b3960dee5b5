#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A reader of JSON (RFC 8259) that builds no tree: the caller says what it wants next, so that ten million boxes cost what is kept
/// of them. `NaN` and `Infinity`, which Python writes, are read as the numbers they name; whoever keeps them judges them.
struct JSONReader {
  let bytes: UnsafeRawBufferPointer
  /// What the text is called in messages.
  let file: String
  private(set) var position = 0
  private var depth = 0

  private static let depthLimit = 64

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The fault with its place.
  func fault(_ what: String) -> DatasetError {
    guard position < bytes.count else { return .damaged(file: file, fault: "the JSON ends early: \(what)") }
    let line = bytes[..<position].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    return .damaged(file: file, fault: "not well-formed JSON: \(what) in line \(line), byte \(position)")
  }

  /// The next byte that is not white space; 0 at the end.
  @inline(__always) mutating func peek() -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      position += 1
    }
    return 0
  }

  @inline(__always) mutating func expect(_ byte: UInt8) throws(DatasetError) {
    guard peek() == byte else { throw fault("expected '\(Character(UnicodeScalar(byte)))'") }
    position += 1
  }

  /// Throws unless only white space is left.
  mutating func finish() throws(DatasetError) { if peek() != 0 { throw fault("text after the end") } }

  /// Reads `{...}`: calls `member` with each key, which must read or skip its value.
  @inline(__always) mutating func object(
    _ member: (inout JSONReader, JSONKey) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    try enter(UInt8(ascii: "{"))
    if peek() == UInt8(ascii: "}") { return leave() }
    while true {
      let key = try key()
      try expect(UInt8(ascii: ":"))
      try member(&self, key)
      if try !hasMore(UInt8(ascii: "}")) { return }
    }
  }

  @inline(__always) private mutating func key() throws(DatasetError) -> JSONKey {
    guard peek() == UInt8(ascii: "\"") else { throw fault("expected '\"'") }
    let start = position + 1
    var place = start
    while place < bytes.count, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\") { place += 1 }
    if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
      position = place + 1
      return .plain(UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
    }
    return .escaped(try string())
  }

  /// Reads `[...]`: calls `element` before each element, which must read or skip it.
  @inline(__always) mutating func array(_ element: (inout JSONReader) throws(DatasetError) -> Void) throws(DatasetError)
  {
    try enter(UInt8(ascii: "["))
    if peek() == UInt8(ascii: "]") { return leave() }
    while true {
      try element(&self)
      if try !hasMore(UInt8(ascii: "]")) { return }
    }
  }

  @inline(__always) private mutating func enter(_ open: UInt8) throws(DatasetError) {
    try expect(open)
    depth += 1
    guard depth <= Self.depthLimit else { throw fault("more than \(Self.depthLimit) levels") }
  }

  @inline(__always) private mutating func leave() {
    position += 1
    depth -= 1
  }

  @inline(__always) private mutating func hasMore(_ close: UInt8) throws(DatasetError) -> Bool {
    switch peek() {
    case UInt8(ascii: ","):
      position += 1
      return true
    case close:
      leave()
      return false
    default: throw fault("expected ',' or '\(Character(UnicodeScalar(close)))'")
    }
  }

  /// Reads a word such as `null` if it stands here.
  mutating func word(_ text: StaticString) -> Bool {
    _ = peek()
    let count = text.utf8CodeUnitCount
    guard position + count <= bytes.count, let here = bytes.baseAddress,
      memcmp(here + position, text.utf8Start, count) == 0
    else { return false }
    position += count
    return true
  }

  /// Skips any value.
  mutating func skip() throws(DatasetError) {
    switch peek() {
    case UInt8(ascii: "{"): try object { reader, _ throws(DatasetError) in try reader.skip() }
    case UInt8(ascii: "["): try array { reader throws(DatasetError) in try reader.skip() }
    case UInt8(ascii: "\""): try skipString()
    default: if !word("true"), !word("false"), !word("null") { _ = try number() }
    }
  }

  /// Moves on by `count` bytes, for the readers of numbers and strings.
  mutating func advance(to place: Int) { position = place }
}

/// The name of a member, compared where it lies.
enum JSONKey {
  case plain(UnsafeRawBufferPointer)
  case escaped(String)

  /// The name as text of its own.
  var text: String {
    switch self {
    case .plain(let bytes): String(decoding: bytes, as: UTF8.self)
    case .escaped(let text): text
    }
  }

  /// For `case "bbox"`.
  @inline(__always) static func ~= (pattern: StaticString, key: JSONKey) -> Bool {
    switch key {
    case .plain(let bytes):
      let count = bytes.count
      guard count == pattern.utf8CodeUnitCount else { return false }
      guard let start = bytes.baseAddress, count > 0 else { return true }
      // Most names differ in their first byte already.
      return start.load(as: UInt8.self) == pattern.utf8Start.pointee
        && memcmp(start, pattern.utf8Start, count) == 0
    case .escaped(let text): return text == "\(pattern)"
    }
  }
}
