extension AugmentationCatalog {
  @Sendable static func resize(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let interpolation = try o.interpolation()
    let longest = o.value("max_size").flatMap { $0 == .null ? nil : $0 }
    if let longest, longest.integer == nil { throw o.fault("max_size", longest, "a whole number") }
    guard let value = o.value("size"), value != .null else {
      guard let side = longest?.integer else { throw .recipe("resize: it needs a 'size' or a 'max_size'") }
      return try Resize(.longestSide(side), interpolation: interpolation)
    }
    // As in torchvision a single number, alone or in a list, is the shorter side.
    if let numbers = value.numbers, numbers.count == 1, let side = Int(exactly: numbers[0]) {
      return try Resize(.shortestSide(side, longest: longest?.integer), interpolation: interpolation)
    }
    guard longest == nil else { throw .recipe("resize: 'max_size' goes with a single side, not with a whole size") }
    return try Resize(.exact(o.size()), interpolation: interpolation)
  }

  @Sendable static func letterbox(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let anchor = o.value("anchor") ?? "center"
    guard anchor == "center" || anchor == "top_left" else { throw o.fault("anchor", anchor, "center or top_left") }
    return try Letterbox(
      size: o.size(), fill: o.solidFill(), anchor: anchor == "center" ? .center : .topLeft,
      allowsUpscaling: o.bool("upscale", true), interpolation: o.interpolation())
  }

  @Sendable static func centerCrop(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try CenterCrop(size: o.size())
  }

  @Sendable static func randomCrop(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    if o.value("padding") == .null { throw .recipe("random_crop: leave 'padding' out for none") }
    return try RandomCrop(
      size: o.size(), padding: o.padding("padding", [0, 0, 0, 0]), padsIfNeeded: o.bool("pad_if_needed", false),
      fill: o.solidFill(), mode: o.choice("padding_mode", .constant))
  }

  @Sendable static func randomResizedCrop(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try RandomResizedCrop(
      size: o.size(), scale: o.pair("scale", (0.08, 1)), ratio: o.pair("ratio", (3.0 / 4, 4.0 / 3)),
      interpolation: o.interpolation())
  }

  @Sendable static func fiveCrop(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try MultipleCrops(size: o.size())
  }

  @Sendable static func tenCrop(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try MultipleCrops(size: o.size(), mirroring: o.bool("vertical_flip", false) ? .vertical : .horizontal)
  }

  @Sendable static func pad(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let widths = try o.padding()
    return try Pad(
      left: widths[0], top: widths[1], right: widths[2], bottom: widths[3], fill: o.solidFill(),
      mode: o.choice("padding_mode", .constant))
  }

  @Sendable static func randomHorizontalFlip(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), HorizontalFlip())
  }

  @Sendable static func randomVerticalFlip(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), VerticalFlip())
  }

  @Sendable static func randomRotation(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try RandomRotation(
      degrees: o.angles("degrees"), expands: o.bool("expand", false), center: o.center(),
      interpolation: o.warpInterpolation(.nearest), fill: o.fill(.zero))
  }

  @Sendable static func randomAffine(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let translate = try o.pair("translate", (0, 0))
    var shear: [Double] = [0, 0]
    if let value = o.value("shear"), value != .null {
      guard let numbers = value.numbers, [1, 2, 4].contains(numbers.count) else {
        throw o.fault("shear", value, "an angle, or a list of two or four")
      }
      shear = numbers.count == 1 ? [-abs(numbers[0]), abs(numbers[0])] : numbers
    }
    return try RandomAffine(
      degrees: o.angles("degrees"), translate: (translate.0, translate.1), scale: o.pair("scale", (1, 1)),
      shearX: (shear[0], shear[1]), shearY: shear.count == 4 ? (shear[2], shear[3]) : (0, 0), center: o.center(),
      interpolation: o.warpInterpolation(.nearest), fill: o.fill(.zero))
  }

  @Sendable static func randomPerspective(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(
      o.number("p", 0.5),
      RandomPerspective(
        distortion: o.number("distortion_scale", 0.5), interpolation: o.warpInterpolation(.bilinear),
        fill: o.fill(.zero)))
  }

  @Sendable static func elasticTransform(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let alpha = try o.pairOrOne("alpha", (50, 50)), sigma = try o.pairOrOne("sigma", (5, 5))
    return try ElasticTransform(
      alpha: (alpha.0, alpha.1), sigma: (sigma.0, sigma.1), interpolation: o.warpInterpolation(.bilinear),
      fill: o.fill(.zero))
  }

  @Sendable static func scaleJitter(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try ScaleJitter(
      target: o.size("target_size"), range: o.pair("scale_range", (0.1, 2)), interpolation: o.interpolation())
  }

  @Sendable static func randomShortestSize(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let sides = try o.numbers("min_size")
    guard sides.allSatisfy({ Int(exactly: $0) != nil }) else { throw o.fault("min_size", .null, "whole numbers") }
    let longest = o.value("max_size").flatMap { $0 == .null ? nil : $0 }
    if let longest, longest.integer == nil { throw o.fault("max_size", longest, "a whole number") }
    return try RandomShortestSize(
      sides: sides.compactMap { Int(exactly: $0) }, longest: longest?.integer, interpolation: o.interpolation())
  }

  @Sendable static func randomResize(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try RandomResize(least: o.integer("min_size"), below: o.integer("max_size"), interpolation: o.interpolation())
  }
}
