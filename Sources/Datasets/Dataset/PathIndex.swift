import Support

/// Finds files by what annotations call them: by name, the nearest by its folders where several have it.
struct PathIndex {
  private let byStem: [String: [String]]
  private static let layoutFolders: Set<Substring> = ["images", "labels", "masks", "annotations", "jpegimages"]

  init(_ paths: some Sequence<String>) {
    byStem = Dictionary(grouping: paths) { Path.stem(of: $0) }
  }

  var isEmpty: Bool { byStem.isEmpty }

  /// The file whose name, without extension, is that of `path`, and whose folders are the most like its own.
  func nearest(to path: String, stem: String? = nil) -> String? {
    guard let candidates = byStem[stem ?? Path.stem(of: path)] else { return nil }
    guard candidates.count > 1 else { return candidates.first }
    let wanted = Self.folders(path), fullName = Path.name(of: path)
    return candidates.max { a, b in
      let (scoreA, scoreB) = (Self.score(wanted, a, fullName), Self.score(wanted, b, fullName))
      // Of equals the first in order.
      return scoreA == scoreB ? a > b : scoreA < scoreB
    }
  }

  private static func folders(_ path: String) -> [Substring] {
    path.split(separator: "/").dropLast().filter { !layoutFolders.contains(Substring($0.lowercased())) }
  }

  private static func score(_ wanted: [Substring], _ candidate: String, _ name: String) -> Int {
    let other = folders(candidate)
    var tail = 0
    while tail < min(wanted.count, other.count), wanted[wanted.count - 1 - tail] == other[other.count - 1 - tail] {
      tail += 1
    }
    let head = zip(wanted, other).prefix { $0.0 == $0.1 }.count
    return tail * 1000 + head * 2 + (Path.name(of: candidate) == name ? 1 : 0)
  }
}

/// Kinds of files by their names.
enum FileKind {
  /// What is taken for a picture; whether it is one its content says.
  static func isPicture(_ path: String) -> Bool { pictures.contains(ending(path)) }

  private static let pictures: Set<String> = ["jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff"]

  /// The extension in lower case.
  static func ending(_ path: String) -> String {
    let bytes = path.utf8
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), bytes.distance(from: dot, to: bytes.endIndex) <= 16 else {
      return ""
    }
    let ending = bytes[bytes.index(after: dot)...]
    return ending.contains(UInt8(ascii: "/")) ? "" : Substring(ending).lowercased()
  }

  /// Whether one of the path's folders has this name.
  static func hasFolder(_ path: String, _ names: Set<String>) -> Bool {
    path.split(separator: "/").dropLast().contains { names.contains($0.lowercased()) }
  }
}
