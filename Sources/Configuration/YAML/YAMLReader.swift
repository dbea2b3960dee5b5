import CYAML
import Support

/// Reads YAML with libyaml: one document, every value with its line and column.
///
/// Anchors and merge keys are allowed, their expansion is bounded; keys that stand twice, tags, several documents and
/// text that is not UTF-8 are refused.
public enum YAMLReader {
  /// The value of a file. Throws `FileError`, or `ConfigurationError` with the place of the fault.
  public static func read(path: String, limits: YAMLLimits = .standard) throws -> YAMLNode {
    let file = try MappedFile(path: path, limit: limits.bytes)
    return try withExtendedLifetime(file) { try read(bytes: file.bytes, name: path, limits: limits) }
  }

  /// The value of a text; `name` stands for the file in positions.
  public static func read(
    text: String, name: String, limits: YAMLLimits = .standard
  ) throws(ConfigurationError) -> YAMLNode {
    var text = text
    let result = text.withUTF8 { bytes in
      Result { () throws(ConfigurationError) in
        try read(bytes: UnsafeRawBufferPointer(bytes), name: name, limits: limits)
      }
    }
    return try result.get()
  }

  /// The value of UTF-8 bytes.
  public static func read(
    bytes: UnsafeRawBufferPointer, name: String, limits: YAMLLimits = .standard
  ) throws(ConfigurationError) -> YAMLNode {
    guard bytes.count <= limits.bytes else {
      throw ConfigurationError(
        SourcePosition(file: name, line: 1, column: 1), "\(bytes.count) bytes; at most \(limits.bytes) are read")
    }
    let events = try YAMLEvents(bytes, name: name)
    var composer = YAMLComposer(events, name: name, limits: limits)
    return try composer.document()
  }
}
