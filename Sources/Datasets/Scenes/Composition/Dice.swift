import TensorCore

/// Random choices for one picture: number `i` is a function of (seed, purpose, picture, i) alone.
struct Dice {
  private let stream: RandomStream
  private var index: UInt64

  init(seed: UInt64, purpose: String, picture: Int) {
    stream = RandomStream(seed: seed, purpose: purpose)
    index = UInt64(picture) << 20
  }

  /// 64 random bits.
  mutating func bits() -> UInt64 {
    index &+= 1
    return stream.bits(index)
  }

  /// Uniform in `range`.
  mutating func number(_ range: ClosedRange<Float>) -> Float {
    let unit = Float(bits() >> 40) * 0x1p-24
    return range.lowerBound + (range.upperBound - range.lowerBound) * unit
  }

  /// Uniform in `range`.
  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int((bits() >> 33) % UInt64(range.count))
  }

  mutating func chance(_ probability: Float) -> Bool { number(0...1) < probability }

  /// One of `choices`.
  mutating func pick<Choice>(_ first: Choice, _ others: Choice...) -> Choice {
    let place = whole(0...others.count)
    return place == 0 ? first : others[place - 1]
  }

  /// A direction in the floor's plane.
  mutating func turn() -> Rotation { Rotation(number(0...(2 * Float.pi))) }

  /// Where a texture begins.
  mutating func offset() -> SIMD3<Float> { SIMD3(number(0...50), number(0...50), number(0...50)) }

  /// A strong colour, as linear light.
  mutating func color() -> SIMD3<Float> {
    if chance(0.12) { return neutral() }
    let hue = number(0...6), saturation = number(0.55...0.92), value = number(0.45...0.95)
    func channel(_ shift: Float) -> Float {
      let k = (hue + shift).truncatingRemainder(dividingBy: 6)
      return value * (1 - saturation * max(0, min(k, 4 - k, 1)))
    }
    return SIMD3(Gamma.linear(channel(5)), Gamma.linear(channel(3)), Gamma.linear(channel(1)))
  }

  /// A white, grey or black.
  mutating func neutral() -> SIMD3<Float> {
    let level = pick(Float(0.05), 0.3, 0.62, 0.8)
    return SIMD3(level, level, level) * SIMD3(number(0.95...1), 1, number(0.92...1))
  }
}
