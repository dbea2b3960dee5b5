/// Faults under collection: the first of each kind in full, the rest by number, so that a broken file of millions stays one report.
struct FaultList {
  private(set) var faults: [DatasetFault] = []
  private var counts: [String: Int] = [:]
  private static let limit = 1000

  mutating func add(_ kind: String, _ file: String, _ message: @autoclosure () -> String) {
    counts[kind, default: 0] += 1
    guard counts[kind, default: 0] <= Self.limit else { return }
    faults.append(DatasetFault(kind: kind, file: file, message: message()))
  }

  /// All, with a line for each kind that was cut short.
  func finished(_ path: String) -> [DatasetFault] {
    faults
      + counts.filter { $0.value > Self.limit }.sorted { $0.key < $1.key }.map {
        DatasetFault(kind: $0.key, file: path, message: "\($0.value - Self.limit) more faults of this kind")
      }
  }
}
