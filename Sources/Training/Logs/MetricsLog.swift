import Support

/// `metrics.csv` of a run: a line an epoch, on the disk before the next one begins.
public final class MetricsLog {
  /// All lines.
  public private(set) var table: MetricsTable
  private let file: AppendingFile

  /// Begins a log, or goes on with one.
  ///
  /// - Parameters:
  ///   - path: of the file, in a folder that is there.
  ///   - columns: the metrics, without `epoch`.
  ///   - epoch: the last one that counts where a run is resumed; lines after it are dropped. 0 begins anew.
  /// - Throws: `TrainingError.setting` for names that cannot be columns, `inconsistent` where a log has other ones, `file`.
  public init(path: String, columns: [String], resumingAfter epoch: Int = 0) throws(TrainingError) {
    for name in columns where !MetricsTable.isColumn(name) {
      throw .setting("'\(name)' cannot be the name of a metric (no spaces, commas or quotes)")
    }
    guard Set(columns).count == columns.count else { throw .setting("two metrics have one name: \(columns)") }
    var table = MetricsTable(columns: columns)
    if epoch > 0, FileIdentity(path: path) != nil {
      let old = try MetricsTable.read(path: path)
      guard old.columns == columns else {
        throw .inconsistent(
          "\(path): the run's metrics were \(old.columns.joined(separator: ", ")), they are \(columns.joined(separator: ", "))"
        )
      }
      table.rows = old.rows.filter { $0.epoch <= epoch }
    }
    self.table = table
    let text = Array(table.text.utf8)
    file = try filing { () throws(FileError) in
      try AtomicFile.write(text, to: path)
      let file = try AppendingFile(path: path)
      try file.sync()
      return file
    }
  }

  /// Adds an epoch, which must come after the last one. Metrics that are not given stay empty.
  ///
  /// - Throws: `TrainingError.inconsistent` for names that are no columns and epochs that were, `file`.
  public func append(epoch: Int, _ values: [String: Double]) throws(TrainingError) {
    for name in values.keys.sorted() where !table.columns.contains(name) {
      throw .inconsistent("'\(name)' is no column of \(file.path)")
    }
    if let last = table.rows.last, last.epoch >= epoch {
      throw .inconsistent("\(file.path): epoch \(epoch) after \(last.epoch)")
    }
    let row = MetricsTable.Row(epoch: epoch, values: table.columns.map { values[$0] })
    try filing { () throws(FileError) in
      try file.write(Array(MetricsTable.line(row).utf8))
      try file.sync()
    }
    table.rows.append(row)
  }
}
