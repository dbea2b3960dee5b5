import FoundationEssentials
import Support

/// What the journal of an earlier run holds. Lines stay in the file; of each only its place there is kept in memory.
struct EarlierRun: Sendable {
  /// An input that was done.
  struct Line: Codable {
    var place: Int
    var name: String
    var rows: [String: String]
    var memories: [String: [String]]?
  }

  private let file: MappedFile?
  /// By the input's place: where its line begins, and a hash of its name.
  private var lines: [Int: (start: Int, name: UInt64)] = [:]

  /// A journal's lines; none are known yet.
  init(_ file: MappedFile? = nil) { self.file = file }

  /// Whether an input is known.
  func holds(_ place: Int) -> Bool { lines[place] != nil }

  /// What is known of an input.
  subscript(place: Int) -> Line? {
    guard let start = lines[place]?.start, let data = line(at: start) else { return nil }
    return try? JSONDecoder().decode(Line.self, from: data)
  }

  /// The line that begins at an offset, without its end; nil where it is cut short.
  func line(at start: Int) -> Data? {
    guard let file, start < file.bytes.count else { return nil }
    let rest = file.bytes[start...]
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    return Data(UnsafeRawBufferPointer(rebasing: file.bytes[start..<end]))
  }

  /// Takes in the line at an offset; false where there is none that is whole.
  mutating func note(lineAt start: Int) -> Bool {
    guard let data = line(at: start), let line = try? JSONDecoder().decode(Line.self, from: data) else { return false }
    lines[line.place] = (start, Self.hash(line.name))
    return true
  }

  /// Only whole windows of inputs that still have the same names.
  func windows(places: Int, batch: Int, names: (Int) -> String) -> EarlierRun {
    guard !lines.isEmpty else { return self }
    var result = EarlierRun(file)
    for begin in stride(from: 0, to: places, by: batch) {
      let window = begin..<min(begin + batch, places)
      guard window.allSatisfy({ lines[$0]?.name == Self.hash(names($0)) }) else { continue }
      for place in window { result.lines[place] = lines[place] }
    }
    return result
  }

  /// FNV-1a.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }
}
