import TensorCore

/// Accuracy, and what each class is taken for, batch by batch.
public struct ClassificationMetrics: Sendable, Equatable {
  /// The classes' names.
  public let classes: [String]
  /// Pictures of the row's class that were taken for the column's, `classes * classes`.
  public private(set) var counts: [Int]
  /// Pictures whose class was among the five most likely ones (or all, where there are fewer).
  public private(set) var topFive = 0
  /// Pictures of which the five most likely classes are known.
  public private(set) var ranked = 0

  /// Nothing measured yet.
  public init(classes: [String]) {
    self.classes = classes
    counts = [Int](repeating: 0, count: classes.count * classes.count)
  }

  /// Pictures.
  public var count: Int { counts.reduce(0, +) }

  /// Adds pictures by their scores `[N, classes]` (any rising function of the probabilities) and their classes.
  ///
  /// Of equal scores the earlier class wins; one that is not a number loses against all. Throws
  /// `TrainingError.inconsistent` for another shape and labels beyond the classes.
  public mutating func add(scores: Tensor, targets: [Int]) throws(TrainingError) {
    guard scores.rank == 2, scores.shape[0] == targets.count, scores.shape[1] == classes.count else {
      throw .inconsistent(
        "scores of shape \(scores.shape) for \(targets.count) labels of \(classes.count) classes")
    }
    let values: [Float]
    do { values = try scores.cast(to: .float32).floats() } catch { throw .inconsistent("scores: \(error)") }
    for target in targets { try check(target) }
    for (row, target) in targets.enumerated() {
      let scores = values[row * classes.count..<(row + 1) * classes.count]
      let start = scores.startIndex
      func beats(_ a: Int, _ b: Int) -> Bool {
        let (x, y) = (scores[start + a], scores[start + b])
        if x.isNaN || y.isNaN { return !x.isNaN || (y.isNaN && a < b) }
        return x > y || (x == y && a < b)
      }
      var best = 0
      for other in classes.indices.dropFirst() where beats(other, best) { best = other }
      counts[target * classes.count + best] += 1
      ranked += 1
      if !scores[start + target].isNaN, classes.indices.count(where: { $0 != target && beats($0, target) }) < 5 {
        topFive += 1
      }
    }
  }

  /// Adds a picture, or `count` of them, by what it is and what it was taken for. Throws `TrainingError.inconsistent` for
  /// labels beyond the classes.
  public mutating func add(target: Int, predicted: Int, count: Int = 1) throws(TrainingError) {
    try check(target)
    try check(predicted)
    counts[target * classes.count + predicted] += count
  }

  /// Adds counts of true (rows) and predicted classes. Throws `TrainingError.inconsistent` where they are not
  /// `classes * classes` numbers from 0 on.
  public mutating func add(counts added: [Int]) throws(TrainingError) {
    guard added.count == counts.count, added.allSatisfy({ $0 >= 0 }) else {
      throw .inconsistent("\(added.count) counts for \(classes.count) classes")
    }
    for (place, count) in added.enumerated() { counts[place] += count }
  }

  /// Adds what was measured elsewhere, of the same classes.
  public mutating func add(_ other: ClassificationMetrics) throws(TrainingError) {
    guard other.classes == classes else { throw .inconsistent("metrics of other classes") }
    for place in counts.indices { counts[place] += other.counts[place] }
    topFive += other.topFive
    ranked += other.ranked
  }

  private func check(_ label: Int) throws(TrainingError) {
    guard classes.indices.contains(label) else {
      throw .inconsistent("label \(label), there are \(classes.count) classes")
    }
  }
}

extension ClassificationMetrics {
  /// How well one class is told from the others.
  public struct ClassResult: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The share of those taken for it that are, 0 where none was.
    public var precision: Double
    /// The share of it that was taken for it, 0 where there was none.
    public var recall: Double
    /// The harmonic mean of the two, 0 where both are.
    public var f1: Double
    /// Pictures of it.
    public var support: Int
  }

  /// The share of pictures taken for what they are, 0 where there are none.
  public var top1: Double { Self.share(classes.indices.reduce(0) { $0 + counts[$1 * classes.count + $1] }, count) }

  /// The share whose class was among the five most likely; nil where no scores were given.
  public var top5: Double? { ranked > 0 ? Self.share(topFive, ranked) : nil }

  /// Each class's result.
  public var perClass: [ClassResult] {
    classes.indices.map { label in
      let right = counts[label * classes.count + label]
      let support = counts[label * classes.count..<(label + 1) * classes.count].reduce(0, +)
      let taken = classes.indices.reduce(0) { $0 + counts[$1 * classes.count + label] }
      return ClassResult(
        name: classes[label], precision: Self.share(right, taken), recall: Self.share(right, support),
        f1: Self.share(2 * right, taken + support), support: support)
    }
  }

  /// The mean of the classes' recall, each class counting the same, those left out that have no pictures.
  public var balancedAccuracy: Double { mean(\.recall) }

  /// The mean of the classes' F1, as `balancedAccuracy`.
  public var macroF1: Double { mean(\.f1) }

  private func mean(_ value: KeyPath<ClassResult, Double>) -> Double {
    let present = perClass.filter { $0.support > 0 }
    return present.isEmpty ? 0 : present.reduce(0) { $0 + $1[keyPath: value] } / Double(present.count)
  }

  private static func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
}
