import Support
import Training

/// Training runs, for people and for programs.
enum RunReport {
  /// One of a list, for programs.
  static func line(_ run: RunSummary) -> JSONValue {
    .object([
      ("run", .string(run.folder.name)), ("path", .string(run.folder.path)), ("epochs", .int(run.epochs)),
      ("planned_epochs", run.plannedEpochs.map(JSONValue.int) ?? .null), ("best", best(run)),
    ])
  }

  private static func best(_ run: RunSummary) -> JSONValue {
    .object(
      run.best.map { ($0.metric, .object([("value", .double($0.value)), ("epoch", .int($0.epoch))])) })
  }

  /// A run with every epoch, for programs.
  static func json(_ run: RunSummary) -> JSONValue {
    let epochs = run.table.rows.map { row in
      JSONValue.object(
        [("epoch", .int(row.epoch))]
          + zip(run.table.columns, row.values).map { ($0, $1.map(JSONValue.double) ?? .null) })
    }
    return .object([
      ("run", .string(run.folder.name)), ("path", .string(run.folder.path)), ("epochs", .array(epochs)),
      ("planned_epochs", run.plannedEpochs.map(JSONValue.int) ?? .null), ("best", best(run)),
      ("recipe", .object(run.settings.map { ($0.key, .string($0.value)) })),
      ("files", .array(files(run.folder).map(JSONValue.string))),
    ])
  }

  /// Several runs, for programs.
  static func json(_ comparison: RunComparison, output: String?) -> JSONValue {
    .object([
      ("runs", .array(comparison.runs.map(line))),
      (
        "differences",
        .object(
          comparison.differences.map { ($0.key, .array($0.values.map { $0.map(JSONValue.string) ?? .null })) })
      ),
      ("output", output.map(JSONValue.string) ?? .null),
    ])
  }

  /// One of a list: name, epochs, and the metric that says most.
  static func row(_ run: RunSummary) -> [String] {
    let epochs = run.plannedEpochs.map { "\(run.epochs)/\($0)" } ?? "\(run.epochs)"
    guard let best = run.headline else { return [run.folder.name, epochs, "", "", ""] }
    return [run.folder.name, epochs, best.metric, number(best.value), "\(best.epoch)"]
  }

  /// A run, for people.
  static func text(_ run: RunSummary) -> [String] {
    let planned = run.plannedEpochs.map { " of \($0)" } ?? ""
    var lines = ["\(run.folder.path): \(run.epochs)\(planned) epochs"]
    if !run.best.isEmpty {
      let last = run.table.rows.last?.values ?? []
      lines += [""]
      lines += table(
        ["metric", "best", "at epoch", "last"],
        run.best.map { best in
          let place = run.table.columns.firstIndex(of: best.metric)
          let end = place.flatMap { last.indices.contains($0) ? last[$0] : nil }
          return [best.metric, number(best.value), "\(best.epoch)", end.map(number) ?? ""]
        })
    }
    if !run.settings.isEmpty {
      lines += [""] + table(["setting", "value"], run.settings.map { [$0.key, $0.value] }, left: 2)
    }
    return lines + ["", "files: " + files(run.folder).joined(separator: ", ")]
  }

  /// Several runs, for people.
  static func text(_ comparison: RunComparison) -> [String] {
    let names = comparison.names
    var lines = table(
      ["best"] + names,
      [["epochs"] + comparison.runs.map { "\($0.epochs)" }]
        + comparison.metrics.map { metric in
          [metric] + comparison.best(metric).map { $0.map { number($0.value) } ?? "-" }
        })
    let differences = comparison.differences
    lines += [""]
    if differences.isEmpty {
      lines.append("no setting of their recipes differs")
    } else {
      lines += table(
        ["setting"] + names, differences.map { [$0.key] + $0.values.map { $0 ?? "-" } }, left: names.count + 1)
    }
    return lines
  }

  private static func files(_ folder: RunFolder) -> [String] { (try? Folder.names(in: folder.path)) ?? [] }

  /// Four digits past the point, fewer for large numbers.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    let size = abs(value)
    if size >= 1000, size < 1e15, let whole = Int(exactly: value) { return "\(whole)" }
    guard size < 1e6, size >= 1e-4 || size == 0 else { return "\(Float(value))" }
    let scale = size >= 1000 ? 10.0 : 10000.0
    let whole = Int64((size * scale).rounded())
    let digits = size >= 1000 ? 1 : 4
    let text = String(whole)
    let padded = String(repeating: "0", count: max(digits + 1 - text.count, 0)) + text
    return (value < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  /// Columns, the first `left` of them from the left, the others (numbers) from the right.
  static func table(_ head: [String], _ rows: [[String]], left: Int = 1) -> [String] {
    let all = [head] + rows.map { $0.map { $0.count > 60 ? String($0.prefix(58)) + "…" : $0 } }
    let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += (column > 0 ? "  " : "") + (column < left ? cell + space : space + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
