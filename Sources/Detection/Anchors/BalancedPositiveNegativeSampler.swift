import TensorCore

/// Draws the anchors or proposals of an image that a training step learns from, positives up to a share and negatives for
/// the rest. Ren et al. 2015, arXiv 1506.01497.
public struct BalancedPositiveNegativeSampler: Sendable, Hashable {
  /// How many are drawn from an image.
  public let count: Int
  /// The positives' largest share of them, 0 to 1.
  public let positiveFraction: Double
  /// Whether it draws; else it takes the first ones, which tests compare.
  public let isRandom: Bool

  /// A sampler.
  public init(count: Int, positiveFraction: Double, isRandom: Bool = true) {
    self.isRandom = isRandom
    self.count = max(count, 0)
    self.positiveFraction = min(max(positiveFraction, 0), 1)
  }

  /// What was drawn: indices in ascending order.
  public struct Sample: Sendable, Hashable {
    /// Drawn from those whose label is at least 1.
    public let positives: [Int]
    /// Drawn from those whose label is 0.
    public let negatives: [Int]
  }

  /// Draws by int64 labels `[N]`: positive from 1 on, negative at 0, left out below. The same stream gives the same sample.
  /// Where positives lack negatives take their place, but not the other way round.
  public func callAsFunction(_ labels: Tensor, random: RandomStream) throws(ShapeError) -> Sample {
    guard labels.rank == 1, labels.dtype == .int64 else {
      throw ShapeError(.shape, "sample", "labels must be int64 [N], these are \(labels.spec)")
    }
    try labels.requireValues("sample")
    var positives: [Int] = [], negatives: [Int] = []
    labels.withUnsafeBytes { bytes in
      for (index, label) in bytes.bindMemory(to: Int64.self).enumerated() where label >= 0 {
        if label == 0 { negatives.append(index) } else { positives.append(index) }
      }
    }
    let wanted = min(positives.count, Int(Double(count) * positiveFraction))
    return Sample(
      positives: draw(wanted, from: positives, random, at: 0),
      negatives: draw(min(negatives.count, count - wanted), from: negatives, random, at: UInt64(wanted)))
  }

  /// `count` of the values, each as likely as any other, by the random numbers from `start` on.
  private func draw(_ count: Int, from values: [Int], _ random: RandomStream, at start: UInt64) -> [Int] {
    guard isRandom else { return Array(values.prefix(count)) }
    var pool = values
    for index in 0..<count {
      let rest = UInt64(pool.count - index)
      let offset = Int(random.bits(start + UInt64(index)).multipliedFullWidth(by: rest).high)
      pool.swapAt(index, index + offset)
    }
    return pool[..<count].sorted()
  }
}
