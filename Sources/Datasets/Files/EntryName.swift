/// Names of files in archives and annotations, which must stay inside the data set.
enum EntryName {
  /// Why an unsafe name is refused.
  static let fault = "its name leads out of the data set"

  /// Whether a path stays where it is put: relative, no `..`, no backslash, no NUL, not empty.
  static func isSafe(_ name: String) -> Bool {
    guard !name.isEmpty, !name.hasPrefix("/"), name.utf8.count <= 4096 else { return false }
    guard !name.utf8.contains(where: { $0 == 0 || $0 == 0x5C }) else { return false }
    return !name.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
  }

  /// A path without `.` parts and doubled slashes.
  static func normalized(_ name: String) -> String {
    guard zip(name.utf8, name.utf8.dropFirst()).contains(where: { ($0 == 0x2E || $0 == 0x2F) && $1 == 0x2F }) else {
      return name
    }
    return name.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// A name of an archive on one line, whatever it holds.
  static func printable(_ name: String) -> String {
    let scalars = name.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? "?" : $0 }
    return "'" + String(String.UnicodeScalarView(scalars)) + "'"
  }
}

extension String.UTF8View {
  /// Whether the bytes end with those of a text.
  func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
