extension AugmentationCatalog {
  private static let values = "samples are values here: nothing is changed in place"

  @Sendable static func colorJitter(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try ColorJitter(
      brightness: o.jitter("brightness", around: 1, notBelow: 0),
      contrast: o.jitter("contrast", around: 1, notBelow: 0),
      saturation: o.jitter("saturation", around: 1, notBelow: 0), hue: o.jitter("hue", around: 0, notBelow: -1e9))
  }

  @Sendable static func photometricDistort(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try RandomPhotometricDistort(
      brightness: o.pair("brightness", (0.875, 1.125)), contrast: o.pair("contrast", (0.5, 1.5)),
      saturation: o.pair("saturation", (0.5, 1.5)), hue: o.pair("hue", (-0.05, 0.05)), probability: o.number("p", 0.5))
  }

  @Sendable static func channelPermutation(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    RandomChannelPermutation()
  }

  @Sendable static func grayscale(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Grayscale(channels: o.integer("num_output_channels", 1))
  }

  @Sendable static func randomGrayscale(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.1), ColorAdjustment([.grayscale]))
  }

  @Sendable static func rgb(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation { ToRGB() }

  @Sendable static func randomInvert(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), Invert())
  }

  @Sendable static func randomPosterize(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), Posterize(bits: o.integer("bits")))
  }

  @Sendable static func randomSolarize(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), Solarize(threshold: o.number("threshold")))
  }

  @Sendable static func randomSharpness(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), Sharpness(factor: o.number("sharpness_factor")))
  }

  @Sendable static func randomAutoContrast(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), AutoContrast())
  }

  @Sendable static func randomEqualize(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), Equalize())
  }

  @Sendable static func gaussianBlur(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let size = try o.size("kernel_size")
    // torchvision hands its kernel sizes on as (columns, rows), whatever they are called.
    return try RandomGaussianBlur(width: size.height, height: size.width, sigma: o.pairOrOne("sigma", (0.1, 2)))
  }

  @Sendable static func gaussianNoise(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try RandomGaussianNoise(mean: o.number("mean", 0), sigma: o.number("sigma", 0.1), clips: o.bool("clip", true))
  }

  @Sendable static func jpeg(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let range = try o.pairOrOne("quality")
    guard let least = Int(exactly: range.0), let greatest = Int(exactly: range.1) else {
      throw .recipe("jpeg: quality is \(range.0) to \(range.1); expected whole numbers from 1 to 100")
    }
    return try RandomJPEG(least: least, greatest: greatest)
  }

  @Sendable static func randomErasing(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try o.refuse("inplace", unless: [false], values)
    var values: [Double]? = [0]
    if let value = o.value("value") {
      if value == "random" {
        values = nil
      } else {
        guard let numbers = value.numbers else { throw o.fault("value", value, "a number, one a channel, or 'random'") }
        _ = try Erase(top: 0, left: 0, height: 0, width: 0, content: .values(numbers))
        values = numbers
      }
    }
    return try Maybe(
      o.number("p", 0.5),
      RandomErasing(scale: o.pair("scale", (0.02, 0.33)), ratio: o.pair("ratio", (0.3, 3.3)), values: values))
  }

  @Sendable static func normalize(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try o.refuse("inplace", unless: [false], values)
    return try Normalize(mean: o.numbers("mean"), standardDeviation: o.numbers("std"))
  }
}
