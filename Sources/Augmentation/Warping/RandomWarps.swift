import Imaging

/// Turned by a random angle. As torchvision's `RandomRotation`.
public struct RandomRotation: Augmentation {
  /// Counter-clockwise.
  public let degrees: Span
  /// Whether the result grows to hold all of the picture.
  public let expands: Bool
  private let center: (x: Double, y: Double)?
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// Throws `AugmentationError.parameter` for angles that are not finite or out of order.
  public init(
    degrees: (Double, Double), expands: Bool = false, center: (x: Double, y: Double)? = nil,
    interpolation: WarpInterpolation = .nearest, fill: Fill? = .zero
  ) throws(AugmentationError) {
    self.degrees = try Span(degrees.0, degrees.1, within: -1e6...1e6, of: "degrees", owner: "random_rotation")
    self.expands = expands
    self.center = center
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The rotation.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    try Rotation(
      degrees: context.random.uniform(degrees), expands: expands, center: center, interpolation: interpolation,
      fill: fill)
  }
}

/// Turned, moved, scaled and sheared at random. As torchvision's `RandomAffine`.
public struct RandomAffine: Augmentation {
  private let degrees: Span
  private let translate: (x: Double, y: Double)
  private let scale: Span
  private let shearX, shearY: Span
  private let center: (x: Double, y: Double)?
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// - Parameters:
  ///   - degrees: clockwise.
  ///   - translate: the greatest shifts, in parts of the sides, 0 to 1.
  ///   - scale: factors above 0.
  ///   - shearX: degrees.
  ///   - shearY: degrees.
  ///   - center: in pixels; nil for the picture's middle.
  /// - Throws: `AugmentationError.parameter` for numbers out of range or order.
  public init(
    degrees: (Double, Double), translate: (x: Double, y: Double) = (0, 0), scale: (Double, Double) = (1, 1),
    shearX: (Double, Double) = (0, 0), shearY: (Double, Double) = (0, 0), center: (x: Double, y: Double)? = nil,
    interpolation: WarpInterpolation = .nearest, fill: Fill? = .zero
  ) throws(AugmentationError) {
    let owner = "random_affine"
    self.degrees = try Span(degrees.0, degrees.1, within: -1e6...1e6, of: "degrees", owner: owner)
    try checkNumber(translate.x, 0...1, "translate", owner)
    try checkNumber(translate.y, 0...1, "translate", owner)
    self.translate = translate
    self.scale = try Span(scale.0, scale.1, within: 1e-3...1e3, of: "scale", owner: owner)
    self.shearX = try Span(shearX.0, shearX.1, within: -1e6...1e6, of: "shear", owner: owner)
    self.shearY = try Span(shearY.0, shearY.1, within: -1e6...1e6, of: "shear", owner: owner)
    self.center = center
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The affine map.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let angle = context.random.uniform(degrees)
    let reach = (x: translate.x * Double(sample.size.width), y: translate.y * Double(sample.size.height))
    let shift = (
      x: context.random.uniform(-reach.x, reach.x).rounded(.toNearestOrEven),
      y: context.random.uniform(-reach.y, reach.y).rounded(.toNearestOrEven)
    )
    let factor = context.random.uniform(scale)
    let shear = (x: context.random.uniform(shearX), y: context.random.uniform(shearY))
    return try Affine(
      angle: angle, translate: shift, scale: factor, shear: shear, center: center, interpolation: interpolation,
      fill: fill)
  }
}

/// The corners moved inwards at random. As torchvision's `RandomPerspective` (its probability is `Maybe`'s).
public struct RandomPerspective: Augmentation {
  /// How far the corners may move, in parts of half a side.
  public let distortion: Double
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// Throws `AugmentationError.parameter` for a distortion that is not 0 to 1.
  public init(
    distortion: Double = 0.5, interpolation: WarpInterpolation = .bilinear, fill: Fill? = .zero
  ) throws(AugmentationError) {
    try checkNumber(distortion, 0...1, "distortion_scale", "random_perspective")
    self.distortion = distortion
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The projection.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let (width, height) = (sample.size.width, sample.size.height)
    // A line has no four corners.
    guard width > 1, height > 1 else { return Identity() }
    let boundX = Int(distortion * Double(width / 2)) + 1, boundY = Int(distortion * Double(height / 2)) + 1
    func corner(_ right: Bool, _ bottom: Bool) -> (x: Double, y: Double) {
      let x = context.random.integer(below: boundX), y = context.random.integer(below: boundY)
      return (Double(right ? width - boundX + x : x), Double(bottom ? height - boundY + y : y))
    }
    let end = [corner(false, false), corner(true, false), corner(true, true), corner(false, true)]
    let (right, bottom) = (Double(width - 1), Double(height - 1))
    return try Perspective(
      from: [(0, 0), (right, 0), (right, bottom), (0, bottom)], to: end, interpolation: interpolation, fill: fill)
  }
}

/// Pixels displaced by smoothed noise. Simard et al. 2003. As torchvision's `ElasticTransform`.
public struct ElasticTransform: Augmentation {
  private let alpha: (x: Double, y: Double)
  private let sigma: (x: Double, y: Double)
  private let interpolation: WarpInterpolation
  private let fill: Fill?

  /// Throws `AugmentationError.parameter` for strengths that are not finite, or deviations that are not 0 to 100.
  public init(
    alpha: (x: Double, y: Double) = (50, 50), sigma: (x: Double, y: Double) = (5, 5),
    interpolation: WarpInterpolation = .bilinear, fill: Fill? = .zero
  ) throws(AugmentationError) {
    for value in [alpha.x, alpha.y] { try checkNumber(value, -1e6...1e6, "alpha", "elastic_transform") }
    for value in [sigma.x, sigma.y] { try checkNumber(value, 0...100, "sigma", "elastic_transform") }
    self.alpha = alpha
    self.sigma = sigma
    self.interpolation = interpolation
    self.fill = fill
  }

  /// The displacement.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let size = sample.size
    let dx = try noise(size, sigma.x, alpha.x / Double(size.width), &context.random)
    let dy = try noise(size, sigma.y, alpha.y / Double(size.height), &context.random)
    var pairs = [Float](repeating: 0, count: 2 * dx.count)
    for index in dx.indices {
      pairs[2 * index] = dx[index]
      pairs[2 * index + 1] = dy[index]
    }
    return try Elastic(displacement: pairs, size: size, interpolation: interpolation, fill: fill)
  }

  private func noise(
    _ size: ImageSize, _ spread: Double, _ strength: Double, _ random: inout RandomDraws
  ) throws(AugmentationError) -> [Float] {
    let raw = (0..<size.width * size.height).map { _ in Float(random.uniform(-1, 1)) }
    guard spread > 0 else { return raw.map { $0 * Float(strength) } }
    let kernel = Int(8 * spread + 1) | 1
    // Both directions have both deviations, as in torchvision; one of them may be zero.
    let blur = try GaussianBlur(width: kernel, height: kernel, sigma: (max(sigma.x, 1e-3), max(sigma.y, 1e-3)))
    return blur.blurred(raw, width: size.width, height: size.height).map { $0 * Float(strength) }
  }
}
