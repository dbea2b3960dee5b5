/// A place in a file that a person wrote.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
  /// The file as it was named, or where else the text came from, such as `command line`.
  public var file: String
  /// From 1; 0 where the text has no lines.
  public var line: Int
  /// From 1, in characters.
  public var column: Int

  /// A place.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// A place that is no file, such as `command line`.
  public init(_ origin: String) { self.init(file: origin, line: 0, column: 0) }

  /// `FILE:LINE:COLUMN`.
  public var description: String { line > 0 ? "\(file):\(line):\(column)" : file }
}

extension SourcePosition: Comparable {
  /// By file, then in reading order.
  public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}
