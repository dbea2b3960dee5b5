/// The header of a safetensors file, read and checked against every rule of the format.
///
/// Eight bytes of header size, the header as JSON, then the tensors' bytes without hole or overlap. As
/// github.com/huggingface/safetensors defines it (format audited in 2023).
struct SafeTensorsHeader {
  struct Entry {
    let name: String
    let type: StoredType
    let shape: [Int]
    /// Bytes of the file.
    let range: Range<Int>
  }

  let entries: [Entry]
  let metadata: [String: String]

  /// The reference implementation's limit on the header's size.
  static let sizeLimit = 100_000_000
  private static let metadataKey = "__metadata__"

  /// Reads the header of a file.
  init(_ file: CheckpointFile) throws(CheckpointError) {
    guard file.count >= 8 else {
      throw file.damaged("too short for a safetensors file", expected: "at least 8 bytes", found: "\(file.count)")
    }
    let size = try file.uint64(at: 0)
    guard size <= UInt64(Self.sizeLimit) else {
      throw file.damaged(
        "the safetensors header is too large", at: 0, expected: "at most \(Self.sizeLimit) bytes", found: "\(size)")
    }
    let start = 8 + Int(size)
    guard start <= file.count else {
      throw file.damaged(
        "the file ends within the safetensors header", at: 0, expected: "\(start) bytes or more", found: "\(file.count)"
      )
    }
    guard file.starts(with: [UInt8(ascii: "{")], at: 8), size > 0 else {
      throw file.damaged("a safetensors header must start with {", at: 8)
    }
    var scanner = JSONScanner(file, 8..<start)
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    try scanner.object("the header") { (scanner, name) throws(CheckpointError) in
      if name == Self.metadataKey {
        try scanner.object(Self.metadataKey) { (scanner, key) throws(CheckpointError) in
          metadata[key] = try scanner.string(
            "the value of \"\(CheckpointFault.printable(key))\" in \(Self.metadataKey)")
        }
      } else {
        entries.append(try Self.entry(name, &scanner, dataStart: start))
      }
    }
    try scanner.finish()
    try Self.checkCoverage(entries, file, start)
    self.entries = entries
    self.metadata = metadata
  }

  /// Reads `{"dtype": ..., "shape": [...], "data_offsets": [begin, end]}`; other members are passed over, as the
  /// reference does.
  private static func entry(_ name: String, _ scanner: inout JSONScanner, dataStart: Int) throws(CheckpointError)
    -> Entry
  {
    let file = scanner.file
    _ = scanner.peek()
    let place = scanner.position
    var typeName: String?, shape: [Int]?, offsets: [Int]?
    try scanner.object("the entry of \"\(CheckpointFault.printable(name))\"") {
      (scanner, key) throws(CheckpointError) in
      switch key {
      case "dtype": typeName = try scanner.string("dtype")
      case "shape": shape = try sizes("shape", limit: StoredTensor.rankLimit, &scanner)
      case "data_offsets": offsets = try sizes("data_offsets", limit: 2, &scanner)
      default: try scanner.skipValue()
      }
    }
    guard let typeName, let shape, let offsets, offsets.count == 2 else {
      throw file.damaged("an entry needs dtype, shape and two data_offsets", key: name, at: place)
    }
    guard let type = StoredType(rawValue: typeName) else {
      throw file.damaged("unknown dtype \"\(CheckpointFault.printable(typeName))\"", key: name, at: place)
    }
    let available = file.count - dataStart
    guard offsets[0] <= offsets[1], offsets[1] <= available else {
      throw file.damaged(
        "data_offsets lie outside of the file's data", key: name, at: place, expected: "begin <= end <= \(available)",
        found: "\(offsets)")
    }
    guard let bytes = StoredTensor.byteCount(shape, bitSize: type.bitSize) else {
      throw file.damaged("shape \(shape) of \(typeName) has no size in bytes", key: name, at: place)
    }
    guard bytes == offsets[1] - offsets[0] else {
      throw file.damaged(
        "data_offsets do not fit shape \(shape) of \(typeName)", key: name, at: place, expected: "\(bytes) bytes",
        found: "\(offsets[1] - offsets[0])")
    }
    return Entry(name: name, type: type, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static func sizes(_ what: String, limit: Int, _ scanner: inout JSONScanner) throws(CheckpointError) -> [Int] {
    var values: [Int] = []
    try scanner.array(what) { (scanner) throws(CheckpointError) in
      guard values.count < limit else { throw scanner.fault("\(what) has more than \(limit) numbers") }
      values.append(try scanner.size(what))
    }
    return values
  }

  /// The tensors lie one after the other, from the header's end to the file's.
  private static func checkCoverage(_ entries: [Entry], _ file: CheckpointFile, _ start: Int) throws(CheckpointError) {
    var covered = start
    let sorted = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in sorted {
      guard entry.range.lowerBound == covered else {
        let problem = entry.range.lowerBound < covered ? "the data overlaps another tensor's" : "a hole before the data"
        throw file.damaged(
          problem, key: entry.name, at: covered, expected: "data_offsets from \(covered - start)",
          found: "\(entry.range.lowerBound - start)")
      }
      covered = entry.range.upperBound
    }
    guard covered == file.count else {
      throw file.damaged(
        "bytes after the last tensor", at: covered, expected: "\(covered) bytes", found: "\(file.count)")
    }
  }
}

extension StateDictionary {
  /// The tensors of a safetensors file, in the header's order.
  init(safeTensors file: CheckpointFile) throws(CheckpointError) {
    let header = try SafeTensorsHeader(file)
    let sources = header.entries.map { entry in
      (
        entry.name,
        Source.stored(StoredTensor(file: file, type: entry.type, shape: entry.shape, offset: entry.range.lowerBound))
      )
    }
    self.init(sources: sources, metadata: header.metadata, path: file.path)
  }
}
