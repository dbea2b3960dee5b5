import CYAML

/// What libyaml finds in a text, one thing after the other.
final class YAMLEvents {
  /// What was found.
  enum Event {
    case streamEnd, documentStart, documentEnd
    case alias(String)
    case scalar(String, isPlain: Bool, anchor: String?, tag: String?)
    case sequenceStart(anchor: String?, tag: String?)
    case mappingStart(anchor: String?, tag: String?)
    case sequenceEnd, mappingEnd
  }

  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let isReady: Bool
  private let name: String
  private let mayHoldReferences: Bool

  /// Over bytes that must stay until the last event.
  init(_ bytes: UnsafeRawBufferPointer, name: String) throws(ConfigurationError) {
    self.name = name
    let marks = [UInt8(ascii: "$"), UInt8(ascii: "{")]
    mayHoldReferences = zip(bytes, bytes.dropFirst()).contains { $0 == marks[0] && $1 == marks[1] }
    isReady = yaml_parser_initialize(parser) == 1
    guard isReady else { throw ConfigurationError(SourcePosition(name), "there is not enough memory to read it") }
    // Never UTF-16, whatever the first bytes say.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    // libyaml reads from a pointer even where there is nothing.
    let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    if let base { yaml_parser_set_input_string(parser, base, bytes.count) } else { setEmptyInput() }
  }

  private func setEmptyInput() {
    yaml_parser_set_input(
      parser,
      { _, _, _, read in
        read?.pointee = 0; return 1
      }, nil)
  }

  deinit {
    if isReady { yaml_parser_delete(parser) }
    parser.deallocate()
  }

  /// The next thing and its place. Throws where the text is no YAML.
  func next() throws(ConfigurationError) -> (event: Event, position: SourcePosition) {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
      defer { yaml_event_delete(&event) }
      let position = SourcePosition(
        file: name, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
      switch event.type {
      case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return (.streamEnd, position)
      case YAML_DOCUMENT_START_EVENT: return (.documentStart, position)
      case YAML_DOCUMENT_END_EVENT: return (.documentEnd, position)
      case YAML_ALIAS_EVENT: return (.alias(Self.text(event.data.alias.anchor) ?? ""), position)
      case YAML_SCALAR_EVENT:
        let scalar = event.data.scalar
        let text = String(
          decoding: UnsafeBufferPointer(start: UnsafePointer(scalar.value), count: Int(scalar.length)), as: UTF8.self)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        return (
          .scalar(text, isPlain: isPlain, anchor: Self.text(scalar.anchor), tag: Self.text(scalar.tag)), position
        )
      case YAML_SEQUENCE_START_EVENT:
        let start = event.data.sequence_start
        return (.sequenceStart(anchor: Self.text(start.anchor), tag: Self.text(start.tag)), position)
      case YAML_MAPPING_START_EVENT:
        let start = event.data.mapping_start
        return (.mappingStart(anchor: Self.text(start.anchor), tag: Self.text(start.tag)), position)
      case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, position)
      case YAML_MAPPING_END_EVENT: return (.mappingEnd, position)
      default: continue
      }
    }
  }

  private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    bytes.map { String(cString: $0) }
  }

  /// libyaml's complaint with its place.
  private func fault() -> ConfigurationError {
    let parser = parser.pointee
    let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
    guard parser.error != YAML_MEMORY_ERROR else {
      return ConfigurationError(SourcePosition(name), "there is not enough memory to read it")
    }
    if parser.error == YAML_READER_ERROR {
      let place = SourcePosition(file: name, line: Int(parser.mark.line) + 1, column: Int(parser.mark.column) + 1)
      return ConfigurationError(
        place, "\(problem) at byte \(parser.problem_offset); expected UTF-8 text")
    }
    let mark = parser.problem_mark
    let context = parser.context.map { " " + String(cString: $0) } ?? ""
    return ConfigurationError(
      SourcePosition(file: name, line: Int(mark.line) + 1, column: Int(mark.column) + 1),
      "not YAML: \(problem)\(context)"
        + (mayHoldReferences && context.contains("flow") ? "; put quotes around '${...}' between braces" : ""))
  }
}
