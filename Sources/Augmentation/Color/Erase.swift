import CKernels
import Imaging

/// A rectangle of the picture overwritten. As torchvision's `erase`; boxes and masks stay.
public struct Erase: FixedAugmentation, Hashable {
  /// What stands there.
  public enum Content: Sendable, Hashable {
    /// One value, or one a channel: levels 0 to 255, or normalised numbers after `Normalize`.
    case values([Double])
    /// Random pixels of this key: normally distributed after `Normalize`, else any level alike.
    case random(UInt64)
  }

  /// The first row and column, rows and columns.
  public let top, left, height, width: Int
  /// What stands there.
  public let content: Content

  /// A rectangle. Throws `AugmentationError.parameter` for negative places or sides, or values that are not finite.
  public init(top: Int, left: Int, height: Int, width: Int, content: Content) throws(AugmentationError) {
    for value in [top, left, height, width] { try checkNumber(value, 0...1_000_000, "a rectangle's number", "erase") }
    if case .values(let values) = content {
      guard [1, 3].contains(values.count), values.allSatisfy(\.isFinite) else {
        throw .parameter("random_erasing", "a value of \(values); expected 1 or 3 numbers")
      }
    }
    self.top = top
    self.left = left
    self.height = height
    self.width = width
    self.content = content
  }

  /// The sample with the rectangle overwritten.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    let image = sample.image, channels = image.channels
    if case .values(let values) = content, values.count > 1, values.count != channels {
      throw .sample("random_erasing", "a value of \(values.count) channels for a picture of \(channels)")
    }
    let columns = left..<max(min(left + width, image.width), left),
      rows = top..<max(min(top + height, image.height), top)
    let pixels = try image.remade { source, target in
      target.update(from: source, count: image.pixels.count)
      let count = columns.count * channels
      for (place, y) in rows.enumerated() where count > 0 {
        let row = target + (y * image.width + columns.lowerBound) * channels
        write(row, count, channels, sample.normalization, row: place)
      }
    }
    var result = sample
    result.image = pixels
    return result
  }

  /// One row of the rectangle; each row has random numbers of its own.
  private func write(
    _ row: UnsafeMutablePointer<UInt8>, _ count: Int, _ channels: Int, _ normalization: ImageNormalization?,
    row place: Int
  ) {
    func byte(_ value: Double, _ channel: Int) -> UInt8 {
      UInt8(min(max(level(value, channel, normalization), 0), 255))
    }
    switch content {
    case .values(let values):
      let pixel = (0..<channels).map { byte(values[values.count == 1 ? 0 : $0], $0) }
      if pixel.allSatisfy({ $0 == pixel[0] }) { return row.update(repeating: pixel[0], count: count) }
      for x in stride(from: 0, to: count, by: channels) { for c in 0..<channels { row[x + c] = pixel[c] } }
    case .random(let key):
      var random = RandomDraws(seed: key, purpose: "erase/\(place)")
      if normalization != nil {
        for x in 0..<count { row[x] = byte(random.normal(), x % channels) }
        return
      }
      var bits: UInt64 = 0
      for x in 0..<count {
        bits = x & 7 == 0 ? random.bits() : bits >> 8
        row[x] = UInt8(truncatingIfNeeded: bits)
      }
    }
  }

  /// The level of a value: itself, or the nearest byte to a normalised number.
  private func level(_ value: Double, _ channel: Int, _ normalization: ImageNormalization?) -> Double {
    guard let normalization else { return value }
    let c = min(channel, normalization.mean.count - 1)
    return ((value * normalization.standardDeviation[c] + normalization.mean[c]) * 255).rounded()
  }
}
