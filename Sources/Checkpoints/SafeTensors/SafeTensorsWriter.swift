import Support
import TensorCore

extension StateDictionary {
  /// Writes a safetensors file: byte for byte what the reference implementation writes for the same tensors.
  ///
  /// Tensors go by descending alignment of their type, then by name; the header is padded to 8 bytes; metadata is sorted
  /// by key. One tensor at a time is in memory. Throws `FileError.unwritable`, and `CheckpointError` where a tensor
  /// cannot be read from its own file; nothing is left behind then.
  public func writeSafeTensors(path: String, metadata: [String: String]? = nil) throws {
    var specs: [(name: String, spec: TensorSpec, rank: Int)] = []
    for name in names {
      // A type that cannot be written cannot be read either: `tensor` names the fault.
      let spec = try spec(of: name) ?? tensor(name).spec
      specs.append((name, spec, StoredType.allCases.firstIndex(of: StoredType(spec.dtype)) ?? 0))
    }
    specs.sort { $0.rank != $1.rank ? $0.rank > $1.rank : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }

    let file = try AtomicFile(path: path)
    try file.write(try Self.header(specs.map { ($0.name, $0.spec) }, metadata ?? self.metadata, path))
    for (name, _, _) in specs {
      let tensor = try tensor(name)
      try tensor.withUnsafeBytes { (bytes) throws(FileError) in try file.write(bytes) }
    }
    try file.commit()
  }

  private static func header(
    _ specs: [(String, TensorSpec)], _ metadata: [String: String], _ path: String
  ) throws(CheckpointError) -> [UInt8] {
    var text = "{"
    if !metadata.isEmpty {
      let members = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      text +=
        "\"__metadata__\":{" + members.map { quoted($0.key) + ":" + quoted($0.value) }.joined(separator: ",") + "}"
    }
    var offset = 0
    for (name, spec) in specs {
      if text.utf8.count > 1 { text += "," }
      let shape = spec.shape.map(String.init).joined(separator: ",")
      let end = offset + spec.byteCount
      text +=
        "\(quoted(name)):{\"dtype\":\"\(StoredType(spec.dtype).rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      offset = end
    }
    text += "}"
    var header = Array(text.utf8)
    while header.count % 8 != 0 { header.append(0x20) }
    guard header.count <= SafeTensorsHeader.sizeLimit else {
      throw .unsupported(
        CheckpointFault("names and metadata of \(header.count) bytes exceed the format's limit", path: path))
    }
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
  }

  /// A JSON string, escaped as the reference's serialiser does.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
