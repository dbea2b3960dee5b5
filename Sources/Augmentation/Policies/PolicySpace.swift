import Imaging

/// Which operations a policy has, and how strong each may be.
package struct PolicySpace: Sendable {
  /// How the strengths of an operation are spread over the bins.
  package enum Strength: Sendable {
    /// None.
    case fixed
    /// Evenly from 0 to this, to either side.
    case signed(Double)
    /// Evenly from 0 to this part of the width or height, to either side.
    case ofWidth(Double), ofHeight(Double)
    /// Evenly down from 1.
    case threshold
    /// Bits, from this number down by so many.
    case bits(from: Int, down: Int)
  }

  package let entries: [(operation: PolicyOperation, strength: Strength)]

  /// The magnitude of a bin; nil where the operation has none. In single precision, as PyTorch reckons it.
  package static func magnitude(_ strength: Strength, bin: Int, of bins: Int, in size: ImageSize) -> Double? {
    func even(_ first: Float, _ last: Float) -> Double {
      let step = (last - first) / Float(bins - 1)
      return Double(bin < bins / 2 ? first + step * Float(bin) : last - step * Float(bins - 1 - bin))
    }
    switch strength {
    case .fixed: return nil
    case .signed(let last): return even(0, Float(last))
    case .ofWidth(let part): return even(0, Float(part * Double(size.width)))
    case .ofHeight(let part): return even(0, Float(part * Double(size.height)))
    case .threshold: return even(1, 0)
    case .bits(let from, let down):
      let taken = Float(bin) / Float(Double(bins - 1) / Double(down))
      return Double((Float(from) - taken).rounded(.toNearestOrEven))
    }
  }

  /// An operation of this space at a bin, its direction drawn where it has two.
  func transform(
    _ entry: Int, bin: Int, of bins: Int, in size: ImageSize, _ interpolation: WarpInterpolation, _ fill: Fill?,
    _ random: inout RandomDraws
  ) throws(AugmentationError) -> any Transform {
    let (operation, strength) = entries[entry]
    var magnitude = Self.magnitude(strength, bin: bin, of: bins, in: size) ?? 0
    switch strength {
    case .signed, .ofWidth, .ofHeight: if random.happens(0.5) { magnitude = -magnitude }
    case .fixed, .threshold, .bits: break
    }
    return try operation.transform(magnitude, interpolation: interpolation, fill: fill)
  }

  /// The entry of an operation.
  func entry(_ operation: PolicyOperation) -> Int? { entries.firstIndex { $0.operation == operation } }

  private static let level: [(operation: PolicyOperation, strength: Strength)] = [
    (.solarize, .threshold), (.autoContrast, .fixed), (.equalize, .fixed),
  ]

  /// RandAugment's.
  package static let randAugment = PolicySpace(
    entries: [
      (.identity, .fixed), (.shearX, .signed(0.3)), (.shearY, .signed(0.3)), (.translateX, .ofWidth(150 / 331)),
      (.translateY, .ofHeight(150 / 331)), (.rotate, .signed(30)), (.brightness, .signed(0.9)), (.color, .signed(0.9)),
      (.contrast, .signed(0.9)), (.sharpness, .signed(0.9)), (.posterize, .bits(from: 8, down: 4)),
    ] + level)

  /// AutoAugment's.
  package static let autoAugment = PolicySpace(
    entries: randAugment.entries.filter { $0.operation != .identity } + [(.invert, .fixed)])

  /// TrivialAugmentWide's.
  package static let trivialAugment = PolicySpace(
    entries: [
      (.identity, .fixed), (.shearX, .signed(0.99)), (.shearY, .signed(0.99)), (.translateX, .signed(32)),
      (.translateY, .signed(32)), (.rotate, .signed(135)), (.brightness, .signed(0.99)), (.color, .signed(0.99)),
      (.contrast, .signed(0.99)), (.sharpness, .signed(0.99)), (.posterize, .bits(from: 8, down: 6)),
    ] + level)

  /// AugMix's, without the operations that its test set of corruptions has.
  static let augMixPart = PolicySpace(
    entries: [
      (.shearX, .signed(0.3)), (.shearY, .signed(0.3)), (.translateX, .ofWidth(1.0 / 3)),
      (.translateY, .ofHeight(1.0 / 3)), (.rotate, .signed(30)), (.posterize, .bits(from: 4, down: 4)),
    ] + level)

  /// AugMix's.
  package static let augMix = PolicySpace(
    entries: augMixPart.entries + [
      (.brightness, .signed(0.9)), (.color, .signed(0.9)), (.contrast, .signed(0.9)), (.sharpness, .signed(0.9)),
    ])
}
