import Imaging

/// Blurred by a random deviation. As torchvision's `GaussianBlur`.
public struct RandomGaussianBlur: Augmentation {
  private let width, height: Int
  private let sigma: Span

  /// Throws `AugmentationError.parameter` for even kernel sizes, or deviations that are not above 0 and in order.
  public init(width: Int, height: Int, sigma: (Double, Double) = (0.1, 2)) throws(AugmentationError) {
    self.sigma = try Span(sigma.0, sigma.1, within: 1e-3...1e3, of: "sigma", owner: "gaussian_blur")
    _ = try GaussianBlur(width: width, height: height, sigma: (1, 1))
    self.width = width
    self.height = height
  }

  /// The blur.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let sigma = context.random.uniform(sigma)
    return try GaussianBlur(width: width, height: height, sigma: (sigma, sigma))
  }
}

/// Noise drawn anew for each sample. As torchvision's `GaussianNoise`.
public struct RandomGaussianNoise: Augmentation {
  private let noise: GaussianNoise

  /// Throws `AugmentationError.parameter` for numbers out of range.
  public init(mean: Double = 0, sigma: Double = 0.1, clips: Bool = true) throws(AugmentationError) {
    noise = try GaussianNoise(mean: mean, sigma: sigma, clips: clips, key: 0)
  }

  /// The noise.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    try GaussianNoise(mean: noise.mean, sigma: noise.sigma, clips: noise.clips, key: context.random.bits())
  }
}

/// Compressed as JPEG of a random quality. As torchvision's `JPEG`.
public struct RandomJPEG: Augmentation {
  private let least, greatest: Int

  /// Throws `AugmentationError.parameter` for qualities that are not 1 to 100 and in order.
  public init(least: Int, greatest: Int) throws(AugmentationError) {
    try checkNumber(least, 1...100, "quality", "jpeg")
    try checkNumber(greatest, least...100, "quality", "jpeg")
    self.least = least
    self.greatest = greatest
  }

  /// The compression.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    try JPEGCompression(quality: least + context.random.integer(below: greatest - least + 1))
  }
}
