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
    var random: RandomDraws?
    if case .random(let key) = content { random = RandomDraws(seed: key, purpose: "erase") }
    var pixels = image.pixels
    for y in top..<max(min(top + height, image.height), top) {
      for x in left..<max(min(left + width, image.width), left) {
        for c in 0..<channels {
          let value: Double
          if case .values(let values) = content {
            value = level(values[values.count == 1 ? 0 : c], c, sample.normalization)
          } else if sample.normalization == nil {
            value = Double(random?.integer(below: 256) ?? 0)
          } else {
            value = level(random?.normal() ?? 0, c, sample.normalization)
          }
          pixels[(y * image.width + x) * channels + c] = UInt8(min(max(value, 0), 255))
        }
      }
    }
    var result = sample
    result.image.pixels = pixels
    return result
  }

  /// The level of a value: itself, or the nearest byte to a normalised number.
  private func level(_ value: Double, _ channel: Int, _ normalization: ImageNormalization?) -> Double {
    guard let normalization else { return value }
    let c = min(channel, normalization.mean.count - 1)
    return ((value * normalization.standardDeviation[c] + normalization.mean[c]) * 255).rounded()
  }
}
