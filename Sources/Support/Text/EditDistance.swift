/// The least number of insertions, deletions and replacements that turn one text into the other. Levenshtein 1966.
package func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.utf8), b = Array(b.utf8)
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(diagonal + (x == y ? 0 : 1), above + 1, row[j] + 1)
      diagonal = above
    }
  }
  return row[b.count]
}

/// Up to three of `names` that differ little from `name` or begin with it, the nearest first.
package func nearestNames(to name: String, among names: some Sequence<String>) -> [String] {
  let name = String(name.prefix(64)), limit = max(2, name.count / 3)
  return names.map { (distance: editDistance(name, $0), name: $0) }
    .filter { $0.distance <= limit || $0.name.hasPrefix(name) }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    .prefix(3).map(\.name)
}
