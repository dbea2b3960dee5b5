/// A table of comma-separated values (RFC 4180): quoted fields may hold commas, quotes and line ends. Semicolons and tabs are taken
/// where the first line has those and no comma.
struct CSVTable {
  /// Lines with their fields; empty lines are left out.
  private(set) var rows: [(line: Int, fields: [String])] = []

  /// Reads a table. Throws `damaged` with the line for a quote without its end.
  init(_ file: FileBytes, name: String) throws(DatasetError) {
    rows = try file.withBytes { bytes throws(DatasetError) in try Self.parse(bytes, name: name) }
  }

  private static func parse(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(DatasetError) -> [(line: Int, fields: [String])] {
    var place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let separator = Self.separator(bytes[place...])
    var rows: [(line: Int, fields: [String])] = []
    var fields: [String] = []
    var line = 1
    while place < bytes.count {
      var field: [UInt8] = []
      let first = line
      if bytes[place] == UInt8(ascii: "\"") {
        place += 1
        while true {
          guard place < bytes.count else {
            throw .damaged(file: name, fault: "the quoted field that begins in line \(first) has no end")
          }
          let byte = bytes[place]
          place += 1
          if byte == UInt8(ascii: "\"") {
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { break }
            place += 1
          }
          if byte == 0x0A { line += 1 }
          field.append(byte)
        }
      }
      // What follows a closing quote up to the separator belongs to the field too.
      while place < bytes.count, bytes[place] != separator, bytes[place] != 0x0A, bytes[place] != 0x0D {
        field.append(bytes[place])
        place += 1
      }
      fields.append(String(decoding: field, as: UTF8.self))
      if place < bytes.count, bytes[place] == separator {
        place += 1
        if place < bytes.count { continue }
        fields.append("")
      }
      if place < bytes.count, bytes[place] == 0x0D { place += 1 }
      if place < bytes.count, bytes[place] == 0x0A { place += 1 }
      if fields != [""] { rows.append((first, fields)) }
      fields = []
      line += 1
    }
    return rows
  }

  private static func separator(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt8 {
    let first = bytes.prefix { $0 != 0x0A }
    for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09] where first.contains(candidate) { return candidate }
    return UInt8(ascii: ",")
  }

  /// A field quoted where it must be.
  static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { [0x2C, 0x22, 0x0A, 0x0D].contains($0) }) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
