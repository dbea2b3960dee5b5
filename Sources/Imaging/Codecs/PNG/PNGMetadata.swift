import CImageCodecs

/// The places in a PNG that may hold an orientation: `eXIf`, ImageMagick's raw EXIF profile as text, XMP. The last of a kind counts.
struct PNGMetadata {
  private let limit: Int
  private var exif: [UInt8]?
  private var rawProfile: [UInt8]?
  private var xmp: [UInt8]?
  /// XMP that is no proper UTF-8, which counts only where there is no other.
  private var damagedXMP: [UInt8]?

  init(limit: Int) { self.limit = limit }

  /// Takes what a chunk holds. Throws where compressed text that is wanted passes the limit.
  mutating func read(_ name: String, _ data: UnsafeRawBufferPointer) throws(ImageError) {
    switch name {
    case "eXIf": exif = Array(data)
    case "tEXt":
      guard let (key, value) = Self.split(data) else { return }
      keep(key, Array(value))
    case "zTXt":
      guard let (key, value) = Self.split(data), value.first == 0, Self.isWanted(key) else { return }
      keep(key, try inflate(value.dropping(1)) ?? [])
    case "iTXt":
      guard let (key, rest) = Self.split(data), rest.count >= 2, Self.isWanted(key),
        let (_, afterLanguage) = Self.split(rest.dropping(2)), let (_, value) = Self.split(afterLanguage)
      else { return }
      guard rest[0] == 0 || rest[1] == 0, let text = rest[0] == 0 ? Array(value) : try inflate(value) else { return }
      if String(validating: text, as: UTF8.self) != nil {
        keep(key, text)
      } else if key == "XML:com.adobe.xmp" {
        damagedXMP = text
      }
    default: break
    }
  }

  /// What it all says, EXIF before the raw profile before XMP.
  var orientation: Orientation {
    let tag =
      (exif ?? rawProfile.flatMap(Self.decodeHex)).map { data in data.withUnsafeBytes(ExifOrientation.find) } ?? .absent
    let packet = xmp.flatMap { $0.isEmpty ? nil : $0 } ?? damagedXMP ?? []
    return packet.withUnsafeBytes { Orientation(exif: tag, xmp: $0) }
  }

  private static func isWanted(_ key: String) -> Bool {
    key == "Raw profile type exif" || key == "XML:com.adobe.xmp"
  }

  private mutating func keep(_ key: String, _ value: [UInt8]) {
    switch key {
    case "exif": exif = value
    case "Raw profile type exif": rawProfile = value
    case "XML:com.adobe.xmp": xmp = value
    default: break
    }
  }

  /// The text before the first zero byte and the bytes after it.
  private static func split(_ data: UnsafeRawBufferPointer) -> (String, UnsafeRawBufferPointer)? {
    guard let zero = data.firstIndex(of: 0) else { return nil }
    return (String(decoding: data[..<zero], as: UTF8.self), data.dropping(zero + 1))
  }

  /// nil where the stream is damaged.
  private func inflate(_ data: UnsafeRawBufferPointer) throws(ImageError) -> [UInt8]? {
    var output = ic_buffer()
    defer { ic_buffer_free(&output) }
    let span = ic_span(bytes: data.bindMemory(to: UInt8.self).baseAddress, count: data.count)
    switch ic_inflate(span, limit, &output) {
    case IC_OK: return Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
    case IC_LIMIT: throw .tooLarge("a PNG text chunk of more bytes", limit: limit)
    default: return nil
    }
  }

  /// The bytes of a raw profile: three lines of heading, then hexadecimal digits and line ends; nil where there is anything else.
  private static func decodeHex(_ text: [UInt8]) -> [UInt8]? {
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropFirst(3)
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in lines.joined() {
      if [0x20, 0x09, 0x0D, 0x0B, 0x0C].contains(character), high == nil { continue }
      guard let digit = Character(UnicodeScalar(character)).hexDigitValue.map(UInt8.init) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }
}
