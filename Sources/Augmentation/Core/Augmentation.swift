import Imaging

/// A random change: draws a definite `Transform` for a sample, which is then applied to all its parts alike.
public protocol Augmentation: Sendable {
  /// What is to be done to this sample. Depends on the sample, the parameters and the numbers drawn, and on nothing
  /// else.
  func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform
}

/// What an augmentation draws from.
public struct DrawContext: Sendable {
  /// Gives another sample of the data set, chosen by the numbers it draws.
  public typealias Partner = @Sendable (_ random: inout RandomDraws) throws(AugmentationError) -> Sample

  /// The numbers.
  public var random: RandomDraws
  /// Where mixing augmentations get other samples from; nil where there are none.
  public var partner: Partner?

  /// What an augmentation draws from.
  public init(_ random: RandomDraws, partner: Partner? = nil) {
    self.random = random
    self.partner = partner
  }

  /// Another sample. Throws `AugmentationError.sample` where there is nobody to ask.
  mutating func drawPartner(for name: String) throws(AugmentationError) -> Sample {
    guard let partner else { throw .sample(name, "it mixes several samples, and there is only this one") }
    return try partner(&random)
  }
}

/// An augmentation without randomness: draws itself.
public protocol FixedAugmentation: Augmentation, Transform {}

extension FixedAugmentation {
  /// Itself.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform { self }
}

extension Augmentation {
  /// Draws and applies.
  public func callAsFunction(_ sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> Sample {
    try draw(for: sample, &context).apply(to: sample)
  }
}
