import TensorCore

/// Divides data sets into parts by seed.
public enum DatasetSplit {
  /// Places of a set dealt into parts of these shares, which are scaled to sum to 1.
  ///
  /// With `stratified`, each class is dealt out by itself, so that every part has its share of each (a picture of objects counts as its
  /// rarest class). The parts are disjoint, hold all places and are sorted; they depend on the seed and the set's order alone.
  /// - Throws: `DatasetError.setting` for shares that are negative, not finite or all zero.
  public static func indices(
    of dataset: some Dataset, shares: [Double], seed: UInt64, stratified: Bool = true
  ) throws(DatasetError) -> [[Int]] {
    let total = shares.reduce(0, +)
    guard !shares.isEmpty, shares.allSatisfy({ $0 >= 0 && $0.isFinite }), total > 0 else {
      throw .setting("shares of a split must be 0 or more and not all 0; found \(shares)")
    }
    var groups: [Int: [Int]] = [:]
    let counts = ClassCounts(dataset)
    for index in 0..<dataset.count {
      let rarest =
        stratified ? dataset.labels(at: index).min { (counts.count(of: $0), $0) < (counts.count(of: $1), $1) } : 0
      groups[rarest ?? -1, default: []].append(index)
    }
    var parts = [[Int]](repeating: [], count: shares.count)
    // What rounding gave a part too much or too little is carried on, so that small classes do not all fall into one part.
    var owed = [Double](repeating: 0, count: shares.count)
    for (label, members) in groups.sorted(by: { $0.key < $1.key }) {
      let shuffled = Permutation.shuffled(members, RandomStream(seed: seed, purpose: "split/\(label)"))
      for index in owed.indices { owed[index] += Double(members.count) * shares[index] / total }
      for place in shuffled {
        let part = owed.indices.max { (owed[$0], -$0) < (owed[$1], -$1) } ?? 0
        owed[part] -= 1
        parts[part].append(place)
      }
    }
    return parts.map { $0.sorted() }
  }
}

/// How many pictures and objects each class has.
public struct ClassCounts: Sendable, Hashable {
  /// Objects (or pictures, in a set of labelled pictures) of each class.
  public private(set) var objects: [Int]
  /// Pictures that have the class.
  public private(set) var images: [Int]

  /// Counts a set, without reading a file.
  public init(_ dataset: some Dataset) {
    objects = [Int](repeating: 0, count: dataset.classes.count)
    images = objects
    for index in 0..<dataset.count {
      let labels = dataset.labels(at: index)
      for label in labels where objects.indices.contains(label) { objects[label] += 1 }
      for label in Set(labels) where images.indices.contains(label) { images[label] += 1 }
    }
  }

  /// Objects of a class; 0 for labels out of range.
  func count(of label: Int) -> Int { objects.indices.contains(label) ? objects[label] : 0 }
}

/// Orders by counter-based random numbers.
enum Permutation {
  /// The list in an order that depends on the stream alone. Fisher and Yates 1938.
  static func shuffled(_ list: [Int], _ stream: RandomStream) -> [Int] {
    var list = list
    guard list.count > 1 else { return list }
    for index in stride(from: list.count - 1, to: 0, by: -1) {
      let other = Int(stream.bits(UInt64(index)).multipliedFullWidth(by: UInt64(index + 1)).high)
      list.swapAt(index, other)
    }
    return list
  }
}
