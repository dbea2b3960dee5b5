import Support

/// What a run measured: a row an epoch, a column a metric. Written as CSV and read back exactly.
public struct MetricsTable: Sendable, Equatable {
  /// One epoch.
  public struct Row: Sendable, Equatable {
    /// From 1.
    public var epoch: Int
    /// As many as columns; nil where it was not measured.
    public var values: [Double?]

    /// A row.
    public init(epoch: Int, values: [Double?]) {
      self.epoch = epoch
      self.values = values
    }
  }

  /// The metrics' names, without `epoch`.
  public var columns: [String]
  /// By epoch.
  public var rows: [Row]

  /// A table.
  public init(columns: [String], rows: [Row] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// A metric over epochs, those left out that have none.
  public func series(_ column: String) -> [(epoch: Int, value: Double)] {
    guard let place = columns.firstIndex(of: column) else { return [] }
    return rows.compactMap { row in row.values[place].map { (row.epoch, $0) } }
  }

  /// The header line.
  var header: String { (["epoch"] + columns).joined(separator: ",") + "\n" }

  /// A row's line: the fewest digits that read back as the same number.
  static func line(_ row: Row) -> String {
    (["\(row.epoch)"] + row.values.map { $0.map(text) ?? "" }).joined(separator: ",") + "\n"
  }

  /// All as CSV.
  var text: String { rows.reduce(into: header) { $0 += Self.line($1) } }

  private static func text(_ value: Double) -> String {
    // Whole numbers without a point; -0.0 keeps its sign.
    if abs(value) < 0x1p53, value.bitPattern != (-0.0).bitPattern, let whole = Int(exactly: value) { return "\(whole)" }
    return "\(value)"
  }

  /// Whether a name can stand in the header.
  static func isColumn(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100 && name != "epoch"
      && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2C && $0 != 0x22 }
  }
}

extension MetricsTable {
  /// Reads a file. A last line without its end, which a kill left behind, does not count.
  ///
  /// - Throws: `TrainingError.file`, `damaged` with the line for one that is no table of metrics.
  public static func read(path: String) throws(TrainingError) -> MetricsTable {
    let file = try filing { () throws(FileError) in try MappedFile(path: path, limit: 256 << 20) }
    return try withExtendedLifetime(file) { () throws(TrainingError) in
      try parse(String(decoding: file.bytes, as: UTF8.self), path: path)
    }
  }

  static func parse(_ text: String, path: String) throws(TrainingError) -> MetricsTable {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    // What follows the last line's end: nothing, or a line that was cut off.
    if text.last?.isNewline == true || lines.count > 1 { lines.removeLast() }
    let header = (lines.first ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard header.first == "epoch", header.dropFirst().allSatisfy(isColumn), Set(header).count == header.count else {
      throw .damaged(path: path, fault: "no table of metrics (expected a first line 'epoch,NAME,NAME...')")
    }
    var table = MetricsTable(columns: Array(header.dropFirst()))
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == header.count, let epoch = Int(cells[0]) else {
        throw .damaged(
          path: path, fault: "line \(index + 1) has \(cells.count) values (expected \(header.count), an epoch first)")
      }
      var values: [Double?] = []
      for cell in cells.dropFirst() {
        guard cell.isEmpty || Double(cell) != nil else {
          throw .damaged(path: path, fault: "line \(index + 1): '\(cell.prefix(40))' is no number")
        }
        values.append(Double(cell))
      }
      if let last = table.rows.last, last.epoch >= epoch {
        throw .damaged(path: path, fault: "line \(index + 1): epoch \(epoch) after \(last.epoch)")
      }
      table.rows.append(Row(epoch: epoch, values: values))
    }
    return table
  }
}
