import Imaging

/// Something definite that is done to a sample: no randomness is left in it, so that it can be done again, or to
/// others.
public protocol Transform: Sendable {
  /// The sample with its picture, objects, masks and class map changed together.
  func apply(to sample: Sample) throws(AugmentationError) -> Sample
}

/// Leaves everything as it is.
public struct Identity: FixedAugmentation {
  /// Nothing.
  public init() {}

  /// The sample itself.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample { sample }
}

/// Several transforms, one after the other.
public struct TransformSequence: FixedAugmentation {
  /// In the order of their doing.
  public var transforms: [any Transform]

  /// Several transforms, one after the other.
  public init(_ transforms: [any Transform]) { self.transforms = transforms }

  /// The sample after all of them.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    var sample = sample
    for transform in transforms { sample = try transform.apply(to: sample) }
    return sample
  }
}
