import Support

/// A darknet `.cfg` file: its sections in order, the first being `[net]`. Redmon 2013-2016, pjreddie.com/darknet.
///
/// Read as darknet does: spaces do not count anywhere, lines that start with `#` or `;` are comments. A `#` or `;` after a
/// value ends it. What the sections mean is for whoever builds the network.
public struct DarknetConfiguration: Sendable {
  /// The file, for error messages.
  public let path: String
  /// The sections after `[net]`: one a layer.
  public let layers: [DarknetSection]
  /// The network's own settings: size, channels.
  public let network: DarknetSection

  /// Bytes a file may have, and sections.
  public static let sizeLimit = 4 << 20
  /// Sections a file may have, `[net]` among them.
  public static let sectionLimit = 10_000

  /// Reads a file. Throws `FileError`, or `CheckpointError.damaged` with the line.
  public static func read(path: String) throws -> DarknetConfiguration {
    let file = try MappedFile(path: path, limit: sizeLimit)
    guard let text = String(validating: file.bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw CheckpointError.unrecognized(CheckpointFault("not a text file", path: path, expected: "a darknet .cfg"))
    }
    return try DarknetConfiguration(text: text, path: path)
  }

  /// Reads the text of a file that error messages call `path`. Throws `CheckpointError.damaged` with the line.
  public init(text: String, path: String) throws(CheckpointError) {
    func fault(_ problem: String, _ line: Int, found: String? = nil) -> CheckpointError {
      .damaged(CheckpointFault(problem, path: path, line: line, found: found))
    }
    var sections: [DarknetSection] = []
    var open: (kind: String, line: Int)?
    var options: [DarknetSection.Option] = []
    func close() {
      if let open { sections.append(DarknetSection(kind: open.kind, options: options, line: open.line, path: path)) }
    }
    var number = 0
    for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      let content = Self.content(line, isFirst: number == 1)
      if content.isEmpty { continue }
      if content.hasPrefix("[") {
        guard content.hasSuffix("]"), content.utf8.count > 2 else {
          throw fault("a section without its closing bracket", number, found: CheckpointFault.printable(content))
        }
        close()
        guard sections.count < Self.sectionLimit else { throw fault("more than \(Self.sectionLimit) sections", number) }
        open = (String(content.dropFirst().dropLast()), number)
        options = []
      } else {
        guard open != nil else {
          throw fault("text before the first section", number, found: CheckpointFault.printable(content))
        }
        guard let equals = content.firstIndex(of: "="), equals != content.startIndex else {
          throw fault(
            "a line that is neither [section] nor key=value", number, found: CheckpointFault.printable(content))
        }
        guard options.count < 1000 else { throw fault("more than 1000 options in a section", number) }
        options.append(
          DarknetSection.Option(
            key: String(content[..<equals]), value: String(content[content.index(after: equals)...]), line: number))
      }
    }
    close()
    guard let first = sections.first, first.kind == "net" else {
      throw fault(
        "the first section must be [net]", sections.first?.line ?? 1,
        found: sections.first.map { "[\(CheckpointFault.printable($0.kind))]" } ?? "no section")
    }
    self.path = path
    network = first
    layers = Array(sections.dropFirst())
  }

  /// A line without spaces and comment.
  private static func content(_ line: Substring.UTF8View.SubSequence, isFirst: Bool) -> String {
    var bytes: [UInt8] = []
    let start = isFirst && line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
    for byte in start {
      if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") { break }
      if byte != 0x20, byte != 0x09, byte != 0x0D { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
