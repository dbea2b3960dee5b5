extension AugmentationCatalog {
  @Sendable static func randAugment(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try RandAugment(
      operations: o.integer("num_ops", 2), magnitude: o.integer("magnitude", 9),
      bins: o.integer("num_magnitude_bins", 31), interpolation: o.warpInterpolation(.nearest), fill: o.fill(nil))
  }

  @Sendable static func trivialAugment(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try TrivialAugmentWide(
      bins: o.integer("num_magnitude_bins", 31), interpolation: o.warpInterpolation(.nearest), fill: o.fill(nil))
  }

  @Sendable static func autoAugment(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try AutoAugment(o.choice("policy", .imagenet), interpolation: o.warpInterpolation(.nearest), fill: o.fill(nil))
  }

  @Sendable static func augMix(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try AugMix(
      severity: o.integer("severity", 3), chains: o.integer("mixture_width", 3), depth: o.integer("chain_depth", -1),
      alpha: o.number("alpha", 1), usesAllOperations: o.bool("all_ops", true),
      interpolation: o.warpInterpolation(.bilinear), fill: o.fill(nil))
  }

  @Sendable static func compose(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    Chain(try steps(&o))
  }

  @Sendable static func randomApply(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), Chain(steps(&o)))
  }

  @Sendable static func randomOrder(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    Chain(try steps(&o), isShuffled: true)
  }

  @Sendable static func randomChoice(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let weights = o.value("p") == .null || o.value("p") == nil ? nil : try o.numbers("p")
    return try Choice(steps(&o), weights: weights)
  }

  @Sendable static func identity(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation { Identity() }

  private static func steps(_ o: inout RecipeOptions) throws(AugmentationError) -> [any Augmentation] {
    guard let value = o.value("transforms") else { return try o.required("transforms", nil) }
    guard case .list(let list) = value else { throw o.fault("transforms", value, "a list of augmentations") }
    var steps: [any Augmentation] = []
    for step in list {
      let made = try make(step)
      guard !(made.augmentation is any MultiplyingAugmentation) else {
        throw .recipe(
          "\(o.owner): \(made.name) makes several samples of one; it is a step of the recipe itself, not of another")
      }
      steps.append(made.augmentation)
    }
    return steps
  }
}
