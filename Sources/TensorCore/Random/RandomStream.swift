#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Random numbers by counter: number `i` of a stream is a function of (seed, purpose, i) alone, so that it is the same in any
/// order and on any number of threads. SplitMix64's finaliser over a keyed counter (Steele et al. 2014).
public struct RandomStream: Sendable {
  private let key: UInt64

  /// The stream for a purpose, such as the path of a parameter.
  public init(seed: UInt64, purpose: String) {
    // FNV-1a: stable between runs and machines, which `Hasher` is not.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    key = Self.mix(hash &+ Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15))
  }

  /// 64 random bits.
  public func bits(_ index: UInt64) -> UInt64 { Self.mix(key &+ index &* 0x9E37_79B9_7F4A_7C15) }

  /// Uniform in 0 ..< 1, a multiple of 2^-24.
  public func uniform(_ index: UInt64) -> Float { Float(bits(index) >> 40) * 0x1p-24 }

  /// Normally distributed around 0 with deviation 1, by Box and Muller's transform of numbers `2 index` and
  /// `2 index + 1` (modulo 2^64).
  public func normal(_ index: UInt64) -> Double {
    let (first, second) = (bits(index &* 2) >> 11, bits(index &* 2 &+ 1) >> 11)
    let radius = (-2 * log((Double(first) + 1) * 0x1p-53)).squareRoot()
    return radius * cos(2 * Double.pi * Double(second) * 0x1p-53)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
