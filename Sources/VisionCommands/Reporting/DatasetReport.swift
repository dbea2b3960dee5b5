import Datasets
import Support

/// What the doctor found, for people and for programs.
enum DatasetReport {
  static func json(_ report: CheckReport) -> JSONValue {
    .object([
      ("data", .string(report.path)), ("format", .string(report.format.rawValue)), ("images", .int(report.images)),
      ("objects", .int(report.objects)), ("splits", .object(report.splits.map { ($0.name, .int($0.images)) })),
      (
        "classes",
        .array(
          report.classes.map {
            .object([("label", .string($0.label)), ("images", .int($0.images)), ("objects", .int($0.objects))])
          })
      ),
      ("ok", .bool(!report.hasFaults)), ("counts", .object(report.counts.map { ($0.kind, .int($0.count)) })),
      ("findings", .array(report.findings.map(\.json))),
    ])
  }

  static func text(_ report: CheckReport) -> String {
    var lines = [
      "\(report.path): \(report.format.rawValue), \(count(report.images, "picture")), \(count(report.objects, "object"))"
    ]
    if !report.splits.isEmpty {
      lines.append("parts: " + report.splits.map { "\($0.name) \($0.images)" }.joined(separator: ", "))
    }
    let width = min(report.classes.map(\.label.count).max() ?? 0, 32)
    for line in report.classes {
      let name = line.label + String(repeating: " ", count: max(width - line.label.count, 0))
      let things = count(line.objects, report.format == .masks ? "pixel" : "object")
      lines.append("  \(name)  \(count(line.images, "picture")), \(things)")
    }
    for (kind, severity, count) in report.counts {
      lines.append("\(severity.rawValue): \(kind): \(count)")
      let shown = report.findings.filter { $0.kind == kind }.prefix(10)
      for finding in shown { lines.append("  " + Failure(finding).line) }
      if count > shown.count { lines.append("  and \(count - shown.count) more") }
    }
    return lines.joined(separator: "\n")
  }

  private static func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }
}

extension Failure {
  /// A fault of a data set.
  init(_ fault: DatasetFault) {
    self.init(DatasetError.damaged(file: fault.file, fault: fault.message))
  }

  /// A finding, as a line.
  init(_ finding: Finding) {
    self.init(DatasetError.damaged(file: finding.file, fault: finding.message))
  }
}
