/// From a byte to a network's number: `(byte / 255 - mean) / standardDeviation`, by channel.
public struct ImageNormalization: Sendable, Hashable {
  /// Of each channel, in units of 0 to 1.
  public let mean: [Double]
  /// Of each channel, in units of 0 to 1, not zero.
  public let standardDeviation: [Double]

  /// A normalisation of 1 or more channels. Throws `ImageError.invalidContract` where the counts differ, a number is not
  /// finite or a deviation is zero.
  public init(mean: [Double], standardDeviation: [Double]) throws(ImageError) {
    guard !mean.isEmpty, mean.count == standardDeviation.count else {
      throw .invalidContract("\(mean.count) means and \(standardDeviation.count) standard deviations")
    }
    guard mean.allSatisfy(\.isFinite), standardDeviation.allSatisfy({ $0.isFinite && $0 != 0 }) else {
      throw .invalidContract("means and standard deviations must be finite, and the latter not zero")
    }
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  private init(unchecked mean: [Double], _ standardDeviation: [Double]) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// ImageNet's, as most public weights want it.
  public static let imageNet = ImageNormalization(unchecked: [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
}
