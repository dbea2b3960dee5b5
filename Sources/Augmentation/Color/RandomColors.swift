import Imaging

/// Brightness, contrast, saturation and hue changed at random, in random order. As torchvision's `ColorJitter`.
public struct ColorJitter: Augmentation {
  /// Of the factors; nil for no change. The hue's are parts of the circle.
  public let brightness, contrast, saturation, hue: Span?

  /// Ranges of the factors. Throws `AugmentationError.parameter` for factors below 0 or hues beyond half a circle.
  public init(
    brightness: (Double, Double)? = nil, contrast: (Double, Double)? = nil, saturation: (Double, Double)? = nil,
    hue: (Double, Double)? = nil
  ) throws(AugmentationError) {
    func span(
      _ range: (Double, Double)?, _ name: String, _ bounds: ClosedRange<Double>, _ neutral: Double
    ) throws(AugmentationError) -> Span? {
      guard let range else { return nil }
      let span = try Span(range.0, range.1, within: bounds, of: name, owner: "color_jitter")
      return span.isPoint && span.low == neutral ? nil : span
    }
    self.brightness = try span(brightness, "brightness", 0...1e6, 1)
    self.contrast = try span(contrast, "contrast", 0...1e6, 1)
    self.saturation = try span(saturation, "saturation", 0...1e6, 1)
    self.hue = try span(hue, "hue", -0.5...0.5, 0)
  }

  /// The adjustments, in the order drawn.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let order = context.random.permutation(4)
    let steps: [ColorAdjustment.Step?] = [
      brightness.map { .brightness(context.random.uniform($0)) },
      contrast.map { .contrast(context.random.uniform($0)) },
      saturation.map { .saturation(context.random.uniform($0)) }, hue.map { .hue(context.random.uniform($0)) },
    ]
    return try ColorAdjustment(order.compactMap { steps[$0] })
  }
}

/// SSD's distortion: each adjustment with a probability, contrast early or late, and the channels in another order at
/// times. Liu et al. 2015, arXiv 1512.02325. As torchvision's `RandomPhotometricDistort`.
public struct RandomPhotometricDistort: Augmentation {
  private let brightness, contrast, saturation, hue: Span
  private let probability: Double

  /// Ranges of the factors. Throws `AugmentationError.parameter` for factors below 0, hues beyond half a circle, or a
  /// probability that is not 0 to 1.
  public init(
    brightness: (Double, Double) = (0.875, 1.125), contrast: (Double, Double) = (0.5, 1.5),
    saturation: (Double, Double) = (0.5, 1.5), hue: (Double, Double) = (-0.05, 0.05), probability: Double = 0.5
  ) throws(AugmentationError) {
    let owner = "random_photometric_distort"
    self.brightness = try Span(brightness.0, brightness.1, within: 0...1e6, of: "brightness", owner: owner)
    self.contrast = try Span(contrast.0, contrast.1, within: 0...1e6, of: "contrast", owner: owner)
    self.saturation = try Span(saturation.0, saturation.1, within: 0...1e6, of: "saturation", owner: owner)
    self.hue = try Span(hue.0, hue.1, within: -0.5...0.5, of: "hue", owner: owner)
    try checkNumber(probability, 0...1, "p", owner)
    self.probability = probability
  }

  /// The adjustments.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    func drawn(_ span: Span) -> Double? {
      context.random.happens(probability) ? context.random.uniform(span) : nil
    }
    let brightness = drawn(brightness), contrast = drawn(contrast)
    let saturation = drawn(saturation), hue = drawn(hue)
    let isEarly = context.random.happens(0.5)
    var steps: [ColorAdjustment.Step] = []
    if let brightness { steps.append(.brightness(brightness)) }
    if let contrast, isEarly { steps.append(.contrast(contrast)) }
    if let saturation { steps.append(.saturation(saturation)) }
    if let hue { steps.append(.hue(hue)) }
    if let contrast, !isEarly { steps.append(.contrast(contrast)) }
    let adjustment = try ColorAdjustment(steps)
    guard context.random.happens(probability) else { return adjustment }
    let order = context.random.permutation(sample.image.channels)
    return TransformSequence([adjustment, try ChannelPermutation(order)])
  }
}

/// The channels in random order. As torchvision's `RandomChannelPermutation`.
public struct RandomChannelPermutation: Augmentation {
  /// The channels in random order.
  public init() {}

  /// The order.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    try ChannelPermutation(context.random.permutation(sample.image.channels))
  }
}

/// A rectangle overwritten. Zhong et al. 2017, arXiv 1708.04896. As torchvision's `RandomErasing` (its probability is
/// `Maybe`'s).
public struct RandomErasing: Augmentation {
  private let scale, ratio: Span
  private let values: [Double]?

  /// - Parameters:
  ///   - scale: of the rectangle's area to the picture's.
  ///   - ratio: of its height to its width.
  ///   - values: one or one a channel; nil for random pixels.
  /// - Throws: `AugmentationError.parameter` for numbers out of range or order.
  public init(
    scale: (Double, Double) = (0.02, 0.33), ratio: (Double, Double) = (0.3, 3.3), values: [Double]? = [0]
  ) throws(AugmentationError) {
    self.scale = try Span(scale.0, scale.1, within: 0...1, of: "scale", owner: "random_erasing")
    self.ratio = try Span(ratio.0, ratio.1, within: 1e-6...1e6, of: "ratio", owner: "random_erasing")
    self.values = values
  }

  /// The rectangle; nothing where none fits in ten tries.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let (width, height) = (sample.size.width, sample.size.height)
    for _ in 0..<10 {
      let area = Double(width) * Double(height) * context.random.uniform(scale)
      let proportion = Logarithms.uniform(ratio, &context.random)
      let h = (area * proportion).squareRoot().rounded(.toNearestOrEven)
      let w = (area / proportion).squareRoot().rounded(.toNearestOrEven)
      guard h < Double(height), w < Double(width) else { continue }
      let content: Erase.Content = values.map { .values($0) } ?? .random(context.random.bits())
      let top = context.random.integer(below: height - Int(h) + 1)
      let left = context.random.integer(below: width - Int(w) + 1)
      return try Erase(top: top, left: left, height: Int(h), width: Int(w), content: content)
    }
    return Identity()
  }
}
