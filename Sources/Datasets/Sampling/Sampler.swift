import TensorCore

/// In which order an epoch goes through a data set: a function of (seed, epoch) alone.
public struct Sampler: Sendable, Hashable {
  /// Kinds of order.
  public enum Order: Sendable, Hashable {
    /// As the set has them.
    case sequential
    /// All once, shuffled anew each epoch.
    case shuffled
    /// `count` draws with replacement, each picture as likely as its weight says. As torch's `WeightedRandomSampler`.
    case weighted([Double], count: Int)
    /// All, each as often as its number says, shuffled: for sets whose rare classes are to be seen more.
    case repeated([Int])
  }

  /// The order.
  public var order: Order
  /// What the order is drawn from.
  public var seed: UInt64

  /// An order.
  public init(_ order: Order = .shuffled, seed: UInt64 = 0) {
    self.order = order
    self.seed = seed
  }

  /// Weights that make every class as likely: 1 over the number of pictures of the picture's rarest class.
  public static func balancedWeights(_ dataset: some Dataset) -> [Double] {
    let counts = ClassCounts(dataset)
    return (0..<dataset.count).map { index in
      dataset.labels(at: index).map { counts.images.indices.contains($0) ? counts.images[$0] : 1 }.min().map {
        1 / Double(max($0, 1))
      } ?? 0
    }
  }

  /// The places of an epoch, of a set of `count` pictures.
  ///
  /// Throws `DatasetError.setting` where weights or numbers do not fit the set, are negative or not finite, or are all zero.
  public func indices(count: Int, epoch: Int) throws(DatasetError) -> [Int] {
    let stream = RandomStream(seed: seed, purpose: "sampler/\(epoch)")
    switch order {
    case .sequential: return Array(0..<count)
    case .shuffled: return Permutation.shuffled(Array(0..<count), stream)
    case .weighted(let weights, let draws):
      guard weights.count == count else { throw .setting("\(weights.count) weights for \(count) pictures") }
      guard draws >= 0, weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
        throw .setting("weights must be 0 or more and not all 0, draws 0 or more")
      }
      return Self.draw(draws, weights, stream)
    case .repeated(let times):
      guard times.count == count, times.allSatisfy({ (0...1_000_000).contains($0) }) else {
        throw .setting("\(times.count) numbers of times for \(count) pictures (each 0 to 1000000)")
      }
      return Permutation.shuffled(times.enumerated().flatMap { Array(repeating: $0, count: $1) }, stream)
    }
  }

  /// By the running sums of the weights and a search in them.
  private static func draw(_ draws: Int, _ weights: [Double], _ stream: RandomStream) -> [Int] {
    var sums: [Double] = []
    sums.reserveCapacity(weights.count)
    for weight in weights { sums.append((sums.last ?? 0) + weight) }
    let total = sums.last ?? 0
    return (0..<draws).map { draw in
      let target = Double(stream.bits(UInt64(draw)) >> 11) * 0x1p-53 * total
      // The first whose sum is above the target: a weight of 0 is never drawn.
      var (low, high) = (0, sums.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > target { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }
}
