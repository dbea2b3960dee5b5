import CExpat

/// An element of an XML document with its children and its own text.
struct XMLElement {
  let name: String
  /// The line its tag stands on, from 1.
  let line: Int
  var text = ""
  var children: [XMLElement] = []

  /// The first child of a name.
  subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The text without the white space around it.
  var trimmed: String {
    let bytes = text.utf8.drop(while: Self.isSpace)
    let end = bytes.lastIndex { !Self.isSpace($0) }
    return end.map { String(decoding: bytes[...$0], as: UTF8.self) } ?? ""
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// Reads XML by expat. Entities that a document declares are refused: annotations have none, and nested ones grow without end.
enum XMLTree {
  /// How deep elements may nest, how many there may be and how long a document may be.
  private static let depthLimit = 64, countLimit = 5_000_000, byteLimit = 256 << 20

  /// The root element. Throws `damaged` with the line, `refused`, `tooLarge`.
  static func parse(_ bytes: UnsafeRawBufferPointer, file: String) throws(DatasetError) -> XMLElement {
    guard bytes.count <= byteLimit else { throw .tooLarge(file: file, fault: "an XML file of \(bytes.count) bytes") }
    guard let parser = XML_ParserCreate(nil) else { throw .tooLarge(file: file, fault: "not enough memory") }
    defer { XML_ParserFree(parser) }
    let builder = Builder(parser)
    let status = withExtendedLifetime(builder) {
      XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
      XML_SetElementHandler(
        parser, { context, name, _ in Builder.of(context)?.start(name) }, { context, _ in Builder.of(context)?.end() })
      XML_SetCharacterDataHandler(parser) { Builder.of($0)?.add($1, Int($2)) }
      XML_SetEntityDeclHandler(parser) { context, _, _, _, _, _, _, _, _ in
        Builder.of(context)?.stop("it declares an XML entity, which can grow without end")
      }
      return XML_Parse(
        parser, bytes.bindMemory(to: CChar.self).baseAddress, Int32(clamping: bytes.count), Int32(XML_TRUE))
    }
    if let refusal = builder.refusal { throw .refused(file: file, fault: refusal) }
    guard status == XML_STATUS_OK, let root = builder.root else {
      let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "no element"
      throw .damaged(file: file, fault: "not well-formed XML: \(reason) in line \(XML_GetCurrentLineNumber(parser))")
    }
    return root
  }

  private final class Builder {
    var root: XMLElement?
    var refusal: String?
    private var open: [XMLElement] = []
    private var count = 0
    private let parser: XML_Parser

    init(_ parser: XML_Parser) { self.parser = parser }

    static func of(_ context: UnsafeMutableRawPointer?) -> Builder? {
      context.map { Unmanaged<Builder>.fromOpaque($0).takeUnretainedValue() }
    }

    func start(_ name: UnsafePointer<CChar>?) {
      count += 1
      guard open.count < depthLimit else { return stop("its XML elements nest more than \(depthLimit) deep") }
      guard count < countLimit else { return stop("it has more than \(countLimit) XML elements") }
      let line = Int(XML_GetCurrentLineNumber(parser))
      open.append(XMLElement(name: name.map { String(cString: $0) } ?? "", line: line))
    }

    func end() {
      guard let element = open.popLast() else { return }
      if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }

    func add(_ text: UnsafePointer<CChar>?, _ count: Int) {
      guard let text, !open.isEmpty else { return }
      let bytes = UnsafeRawBufferPointer(start: text, count: count)
      open[open.count - 1].text += String(decoding: bytes, as: UTF8.self)
    }

    func stop(_ reason: String) {
      if refusal == nil { refusal = reason }
      XML_StopParser(parser, XML_Bool(XML_FALSE))
    }
  }
}
