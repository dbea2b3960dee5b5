import TensorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Random numbers in a row, a function of seed, purpose, epoch and the sample's index alone: the same on any number of
/// threads and in any order of samples.
public struct RandomDraws: Sendable {
  private let stream: RandomStream
  private var next: UInt64 = 0

  /// The numbers of a sample in an epoch for a purpose, such as the place of an augmentation in its recipe.
  public init(seed: UInt64, purpose: String = "augmentation", epoch: Int = 0, index: Int = 0) {
    stream = RandomStream(seed: seed, purpose: "\(purpose)/\(epoch)/\(index)")
  }

  /// 64 random bits.
  public mutating func bits() -> UInt64 {
    next &+= 1
    return stream.bits(next)
  }

  /// Uniform in 0 ..< 1, a multiple of 2^-53.
  public mutating func unit() -> Double { Double(bits() >> 11) * 0x1p-53 }

  /// Uniform between two numbers.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// Uniform between two numbers.
  mutating func uniform(_ range: Span) -> Double { uniform(range.low, range.high) }

  /// Uniform in 0 ..< count; 0 where count is below 1.
  public mutating func integer(below count: Int) -> Int {
    guard count > 0 else { return 0 }
    return Int(truncatingIfNeeded: bits().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Whether something of this probability happens.
  public mutating func happens(_ probability: Double) -> Bool { unit() < probability }

  /// The numbers 0 ..< count in random order (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<max(count, 0))
    for last in order.indices.dropFirst().reversed() { order.swapAt(last, integer(below: last + 1)) }
    return order
  }

  /// Normally distributed around 0 with deviation 1 (Box and Muller).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - unit())).squareRoot()
    return radius * cos(2 * Double.pi * unit())
  }

  /// Gamma distributed with this shape, above 0, and scale 1 (Marsaglia and Tsang 2000).
  public mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 { return gamma(shape + 1) * pow(1 - unit(), 1 / shape) }
    let d = shape - 1.0 / 3, c = 1 / (9 * d).squareRoot()
    // One draw in some twenty is refused; the bound is for shapes that are no numbers.
    for _ in 0..<1000 {
      let x = normal(), v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      if v > 0, log(1 - unit()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
    return d
  }

  /// Beta distributed, 0 to 1, with both shapes `alpha`.
  public mutating func beta(_ alpha: Double) -> Double { dirichlet(alpha, 2)[0] }

  /// Shares that sum to 1, all of shape `alpha` (Dirichlet's distribution).
  public mutating func dirichlet(_ alpha: Double, _ count: Int) -> [Double] {
    let parts = (0..<count).map { _ in gamma(alpha) }
    let sum = parts.reduce(0, +)
    // Tiny shapes may give nothing but zeros.
    return sum > 0 ? parts.map { $0 / sum } : parts.indices.map { $0 == 0 ? 1 : 0 }
  }
}
