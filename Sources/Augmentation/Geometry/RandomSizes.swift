import Imaging

/// Resized so as to fit a target, times a random factor. Ghiasi et al. 2020, arXiv 2012.07177. As torchvision's
/// `ScaleJitter`.
public struct ScaleJitter: Augmentation {
  /// What the picture is fitted to.
  public let target: ImageSize
  /// Of the factor.
  public let range: Span
  /// How the pixels are made.
  public let interpolation: Interpolation

  /// Throws `AugmentationError.parameter` for sides below 1 or factors that are not above 0 and in order.
  public init(
    target: ImageSize, range: (Double, Double) = (0.1, 2), interpolation: Interpolation = .bilinear
  ) throws(AugmentationError) {
    try checkSize(target, "scale_jitter")
    self.target = target
    self.range = try Span(range.0, range.1, within: 1e-6...1e3, of: "scale_range", owner: "scale_jitter")
    self.interpolation = interpolation
  }

  /// The resize.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let fit = min(
      Double(target.height) / Double(sample.size.height), Double(target.width) / Double(sample.size.width))
    return try Self.resize(sample.size, by: fit * context.random.uniform(range), interpolation)
  }

  /// A resize by a factor, cut to whole pixels but never to none.
  static func resize(
    _ size: ImageSize, by factor: Double, _ interpolation: Interpolation
  ) throws(AugmentationError) -> Resize {
    func side(_ length: Int) -> Int { Int(min(max(Double(length) * factor, 1), 1e6)) }
    return try Resize(
      .exact(ImageSize(width: side(size.width), height: side(size.height))), interpolation: interpolation)
  }
}

/// The shorter side resized to one of several lengths. As torchvision's `RandomShortestSize`.
public struct RandomShortestSize: Augmentation {
  /// Lengths to choose from.
  public let sides: [Int]
  /// What the longer side may not pass.
  public let longest: Int?
  /// How the pixels are made.
  public let interpolation: Interpolation

  /// Throws `AugmentationError.parameter` where there are no lengths, or ones below 1.
  public init(
    sides: [Int], longest: Int? = nil, interpolation: Interpolation = .bilinear
  ) throws(AugmentationError) {
    let owner = "random_shortest_size"
    guard !sides.isEmpty else { throw .parameter(owner, "min_size is empty; expected one length or more") }
    for side in sides + [longest ?? 1] { try checkNumber(side, 1...1_000_000, "a side", owner) }
    self.sides = sides
    self.longest = longest
    self.interpolation = interpolation
  }

  /// The resize.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let (width, height) = (sample.size.width, sample.size.height)
    let side = sides[context.random.integer(below: sides.count)]
    var factor = Double(side) / Double(min(width, height))
    if let longest { factor = min(factor, Double(longest) / Double(max(width, height))) }
    return try ScaleJitter.resize(sample.size, by: factor, interpolation)
  }
}

/// The shorter side resized to a random length. As torchvision's `RandomResize`.
public struct RandomResize: Augmentation {
  /// The least length, and the one above the greatest.
  public let least, below: Int
  /// How the pixels are made.
  public let interpolation: Interpolation

  /// Throws `AugmentationError.parameter` for lengths below 1 or out of order.
  public init(least: Int, below: Int, interpolation: Interpolation = .bilinear) throws(AugmentationError) {
    try checkNumber(least, 1...999_999, "min_size", "random_resize")
    try checkNumber(below, least + 1...1_000_000, "max_size", "random_resize")
    self.least = least
    self.below = below
    self.interpolation = interpolation
  }

  /// The resize.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let side = least + context.random.integer(below: below - least)
    return try Resize(.shortestSide(side, longest: nil), interpolation: interpolation)
  }
}
