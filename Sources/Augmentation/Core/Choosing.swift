import Imaging

/// A definite transform that is done with a probability: torchvision's `RandomHorizontalFlip` and its kin.
public struct Maybe: Augmentation {
  /// 0 to 1.
  public let probability: Double
  /// What is done.
  public let augmentation: any Augmentation

  /// Throws `AugmentationError.parameter` for a probability that is not 0 to 1.
  public init(_ probability: Double, _ augmentation: any Augmentation) throws(AugmentationError) {
    try checkNumber(probability, 0...1, "p", "an augmentation")
    self.probability = probability
    self.augmentation = augmentation
  }

  /// What is done, or nothing.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    guard context.random.happens(probability) else { return Identity() }
    return try augmentation.draw(for: sample, &context)
  }
}

/// Several augmentations, in order or in random order. torchvision's `Compose` and `RandomOrder`.
public struct Chain: Augmentation {
  /// What is done.
  public let augmentations: [any Augmentation]
  /// Whether the order is drawn too.
  public let isShuffled: Bool

  /// Several augmentations.
  public init(_ augmentations: [any Augmentation], isShuffled: Bool = false) {
    self.augmentations = augmentations
    self.isShuffled = isShuffled
  }

  /// All of them: each is drawn when the sample has come through those before it.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let order =
      isShuffled ? context.random.permutation(augmentations.count) : Array(augmentations.indices)
    let seed = context.random.bits()
    return Drawn(
      steps: order.map { augmentations[$0] },
      context: DrawContext(RandomDraws(seed: seed, purpose: "chain"), partner: context.partner))
  }

  /// Steps with the numbers that they will draw from: no randomness is left.
  private struct Drawn: Transform {
    let steps: [any Augmentation]
    let context: DrawContext

    func apply(to sample: Sample) throws(AugmentationError) -> Sample {
      var sample = sample
      var context = context
      for step in steps { sample = try step(sample, &context) }
      return sample
    }
  }
}

/// One of several augmentations. torchvision's `RandomChoice`.
public struct Choice: Augmentation {
  /// Among what is chosen.
  public let augmentations: [any Augmentation]
  /// How often each is chosen, in any unit.
  public let weights: [Double]

  /// Throws `AugmentationError.parameter` where there is nothing to choose, or weights that are negative, all zero, or
  /// not as many.
  public init(_ augmentations: [any Augmentation], weights: [Double]? = nil) throws(AugmentationError) {
    let weights = weights ?? augmentations.map { _ in 1 }
    let sum = weights.reduce(0, +)
    guard !augmentations.isEmpty, weights.count == augmentations.count, weights.allSatisfy({ $0 >= 0 }), sum > 0,
      sum.isFinite
    else {
      throw .parameter(
        "random_choice", "\(augmentations.count) transforms with weights \(weights); expected one of 0 or more for each"
      )
    }
    self.augmentations = augmentations
    self.weights = weights
  }

  /// The chosen one's.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    var place = context.random.unit() * weights.reduce(0, +)
    for (augmentation, weight) in zip(augmentations, weights) {
      place -= weight
      if place < 0 { return try augmentation.draw(for: sample, &context) }
    }
    return Identity()
  }
}
