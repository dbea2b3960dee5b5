import Imaging

/// A pair of operations of a learned policy. Cubuk et al. 2018, arXiv 1805.09501. As torchvision's `AutoAugment`; boxes
/// and masks move along.
public struct AutoAugment: Augmentation {
  /// What the policy was learned on.
  public enum Policy: String, Sendable, Hashable, CaseIterable {
    case imagenet, cifar10, svhn
  }

  /// An operation with its probability and the bin, of ten, of its strength.
  typealias Step = (operation: PolicyOperation, probability: Double, bin: Int)

  private let policy: Policy
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// A policy.
  public init(_ policy: Policy = .imagenet, interpolation: WarpInterpolation = .nearest, fill: Fill? = nil) {
    self.policy = policy
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The pair; each of it happens or not.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let pairs = Self.pairs(policy), space = PolicySpace.autoAugment
    let pair = pairs[context.random.integer(below: pairs.count)]
    var steps: [any Transform] = []
    for step in [pair.0, pair.1] where context.random.happens(step.probability) {
      guard let entry = space.entry(step.operation) else { continue }
      steps.append(
        try space.transform(entry, bin: step.bin, of: 10, in: sample.size, interpolation, fill, &context.random))
    }
    return TransformSequence(steps)
  }
}
