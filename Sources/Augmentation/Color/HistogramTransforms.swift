import CKernels
import Imaging

/// Every channel stretched to the whole range. As torchvision's `autocontrast`.
public struct AutoContrast: RecoloringTransform, FixedAugmentation, Hashable {
  /// Every channel stretched to the whole range.
  public init() {}

  /// The stretched picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "autocontrast")
    return try image.mapped { counts, _ in
      let low = counts.firstIndex { $0 > 0 } ?? 0, high = counts.lastIndex { $0 > 0 } ?? 255
      guard low < high else { return (0...255).map { UInt8($0) } }
      let step = Float(high - low) * Float(1.0 / 255)
      return (0...255).map { UInt8(min(max(Float($0 - low) / step, 0), 255)) }
    }
  }
}

/// Every channel with an even histogram. As torchvision's `equalize`, in its integers.
public struct Equalize: RecoloringTransform, FixedAugmentation, Hashable {
  /// Every channel with an even histogram.
  public init() {}

  /// The equalised picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "equalize")
    return try image.mapped { counts, pixels in
      let most = Int(counts.last { $0 > 0 } ?? 0), step = (pixels - most) / 255
      guard step > 0 else { return (0...255).map { UInt8($0) } }
      var below = 0
      return counts.map { count in
        defer { below += Int(count) }
        return below == 0 ? 0 : UInt8(min((below + step / 2) / step, 255))
      }
    }
  }
}

extension Image {
  /// The picture with each channel through a table that is made of its histogram.
  fileprivate func mapped(
    _ table: (_ counts: ArraySlice<UInt32>, _ pixels: Int) -> [UInt8]
  ) throws(AugmentationError) -> Image {
    let count = width * height
    var counts = [UInt32](repeating: 0, count: 256 * channels)
    vk_histogram(pixels, count, channels, &counts)
    // Slices keep their places: levels are counted from each channel's first.
    let tables = (0..<channels).flatMap { table(Array(counts[256 * $0..<256 * $0 + 256])[...], count) }
    return try remade { vk_tables($0, $1, count, channels, tables) }
  }
}
