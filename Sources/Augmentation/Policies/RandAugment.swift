import Imaging

/// Some random operations of one strength. Cubuk et al. 2019, arXiv 1909.13719. As torchvision's `RandAugment`; boxes
/// and masks move along.
public struct RandAugment: Augmentation {
  private let operations, magnitude, bins: Int
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// So many operations at bin `magnitude` of `bins`. Throws `AugmentationError.parameter` for counts out of range.
  public init(
    operations: Int = 2, magnitude: Int = 9, bins: Int = 31, interpolation: WarpInterpolation = .nearest,
    fill: Fill? = nil
  ) throws(AugmentationError) {
    try checkNumber(operations, 0...1000, "num_ops", "rand_augment")
    try checkNumber(bins, 2...100_000, "num_magnitude_bins", "rand_augment")
    try checkNumber(magnitude, 0...bins - 1, "magnitude", "rand_augment")
    self.operations = operations
    self.magnitude = magnitude
    self.bins = bins
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The operations.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let space = PolicySpace.randAugment
    var steps: [any Transform] = []
    for _ in 0..<operations {
      let entry = context.random.integer(below: space.entries.count)
      steps.append(
        try space.transform(
          entry, bin: magnitude, of: bins, in: sample.size, interpolation, fill, &context.random))
    }
    return TransformSequence(steps)
  }
}

/// One random operation of random strength. Müller and Hutter 2021, arXiv 2103.10158. As torchvision's
/// `TrivialAugmentWide`; boxes and masks move along.
public struct TrivialAugmentWide: Augmentation {
  private let bins: Int
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// One of so many strengths. Throws `AugmentationError.parameter` for fewer than 2.
  public init(
    bins: Int = 31, interpolation: WarpInterpolation = .nearest, fill: Fill? = nil
  ) throws(AugmentationError) {
    try checkNumber(bins, 2...100_000, "num_magnitude_bins", "trivial_augment_wide")
    self.bins = bins
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The operation.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let space = PolicySpace.trivialAugment
    let entry = context.random.integer(below: space.entries.count), bin = context.random.integer(below: bins)
    return try space.transform(entry, bin: bin, of: bins, in: sample.size, interpolation, fill, &context.random)
  }
}
