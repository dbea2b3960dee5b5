import CKernels
import Imaging

/// Levels counted from the other end. As torchvision's `invert`.
public struct Invert: RecoloringTransform, FixedAugmentation, Hashable {
  /// Levels counted from the other end.
  public init() {}

  /// The negative.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "invert")
    return try image.remade { vk_bits(AugmentationKernels.isa, $0, $1, image.pixels.count, 255, 255) }
  }
}

/// The lower bits of every level cleared. As torchvision's `posterize`.
public struct Posterize: RecoloringTransform, FixedAugmentation, Hashable {
  /// Bits that stay, 0 to 8.
  public let bits: Int

  /// Throws `AugmentationError.parameter` for bits that are not 0 to 8.
  public init(bits: Int) throws(AugmentationError) {
    try checkNumber(bits, 0...8, "bits", "posterize")
    self.bits = bits
  }

  /// The picture with fewer levels.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "posterize")
    let mask = UInt8(truncatingIfNeeded: 0xff << (8 - bits))
    return try image.remade { vk_bits(AugmentationKernels.isa, $0, $1, image.pixels.count, 0, mask) }
  }
}

/// Levels from a threshold on inverted. As torchvision's `solarize`.
public struct Solarize: RecoloringTransform, FixedAugmentation, Hashable {
  /// At most 255.
  public let threshold: Double

  /// Throws `AugmentationError.parameter` for a threshold above 255 or not finite.
  public init(threshold: Double) throws(AugmentationError) {
    try checkNumber(threshold, -1e6...255, "the threshold", "solarize")
    self.threshold = threshold
  }

  /// The solarised picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "solarize")
    let level = UInt8(max(threshold.rounded(.up), 0))
    return try image.remade { vk_solarize(AugmentationKernels.isa, $0, $1, image.pixels.count, level) }
  }
}

/// The channels in another order. As torchvision's `permute_channels`.
public struct ChannelPermutation: RecoloringTransform, FixedAugmentation, Hashable {
  /// The old channel of every new one.
  public let order: [Int]

  /// Throws `AugmentationError.parameter` for what is no order of 0 ..< count.
  public init(_ order: [Int]) throws(AugmentationError) {
    guard order.sorted() == Array(order.indices), order.count == 1 || order.count == 3 else {
      throw .parameter("random_channel_permutation", "\(order) is no order of 1 or 3 channels")
    }
    self.order = order
  }

  /// The picture with its channels exchanged.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    guard image.channels == order.count else {
      throw .sample("random_channel_permutation", "it has \(image.channels) channels, the order \(order.count)")
    }
    guard order.count == 3 else { return image }
    return try image.remade { source, target in
      vk_permute(
        AugmentationKernels.isa, source, target, image.width * image.height, UInt32(order[0]), UInt32(order[1]),
        UInt32(order[2]))
    }
  }
}
