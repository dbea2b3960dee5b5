import Support

/// Something that the doctor found.
public struct Finding: Sendable, Hashable {
  /// How much it matters.
  public enum Severity: String, Sendable, Hashable, CaseIterable {
    /// Training or evaluation on it would go wrong.
    case fault
    /// Worth a look.
    case warning
  }

  /// How much it matters.
  public var severity: Severity
  /// A stable name of the kind, such as `image.damaged`.
  public var kind: String
  /// The file, in its archive too.
  public var file: String
  /// What was expected and what was found.
  public var message: String

  /// A finding.
  public init(_ severity: Severity, _ kind: String, _ file: String, _ message: String) {
    self.severity = severity
    self.kind = kind
    self.file = file
    self.message = message
  }

  /// As JSON.
  package var json: JSONValue {
    .object([
      ("severity", .string(severity.rawValue)), ("kind", .string(kind)), ("file", .string(file)),
      ("message", .string(message)),
    ])
  }
}

/// What the doctor says of a data set.
public struct CheckReport: Sendable {
  /// A class with its numbers.
  public struct ClassLine: Sendable, Hashable {
    /// Its name.
    public var label: String
    /// Pictures that have it.
    public var images: Int
    /// Objects of it; pixels in sets of masks.
    public var objects: Int
  }

  /// The set.
  public var path = ""
  /// How it was read.
  public var format = DatasetFormat.imageFolder
  /// Pictures.
  public var images = 0
  /// Objects.
  public var objects = 0
  /// Pictures of each part.
  public var splits: [(name: String, images: Int)] = []
  /// The classes.
  public var classes: [ClassLine] = []
  /// What was found: at most 1,000 of each kind in full.
  public var findings: [Finding] = []
  /// How many of each kind there are.
  public var counts: [(kind: String, severity: Finding.Severity, count: Int)] = []

  /// A report of nothing.
  init() {}

  /// What can be said of a set without decoding its pictures.
  package init(summary dataset: any Dataset) {
    path = dataset.path
    format = dataset.format
    images = dataset.count
    let counts = ClassCounts(any: dataset)
    objects = counts.objects.reduce(0, +)
    classes = dataset.classes.enumerated().map {
      ClassLine(label: $1, images: counts.images[$0], objects: counts.objects[$0])
    }
    splits = dataset.splits.map { ($0, dataset.indices(ofSplit: $0).count) }
  }

  /// Whether anything is wrong, warnings aside.
  public var hasFaults: Bool { counts.contains { $0.severity == .fault } }
}

/// Findings under collection.
struct FindingList {
  private(set) var findings: [Finding] = []
  private var counts: [String: (severity: Finding.Severity, count: Int)] = [:]
  private static let limit = 1000

  mutating func add(_ severity: Finding.Severity, _ kind: String, _ file: String, _ message: String) {
    counts[kind, default: (severity, 0)].count += 1
    guard counts[kind]?.count ?? 0 <= Self.limit else { return }
    findings.append(Finding(severity, kind, file, message))
  }

  mutating func add(_ finding: Finding) { add(finding.severity, finding.kind, finding.file, finding.message) }

  func finish(_ report: inout CheckReport) {
    report.findings = findings
    report.counts = counts.map { ($0.key, $0.value.severity, $0.value.count) }.sorted { $0.0 < $1.0 }
  }
}
