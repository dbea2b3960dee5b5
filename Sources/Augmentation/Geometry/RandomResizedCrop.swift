import Imaging

/// A part of random area and proportions, resized. Szegedy et al. 2014, arXiv 1409.4842. As torchvision's
/// `RandomResizedCrop`.
public struct RandomResizedCrop: Augmentation {
  /// The result's size.
  public let size: ImageSize
  /// Of the part's area to the picture's.
  public let scale: Span
  /// Of the part's width to its height.
  public let ratio: Span
  /// How the pixels are made.
  public let interpolation: Interpolation

  /// A crop. Throws `AugmentationError.parameter` for sides below 1, or shares or ratios that are not above 0 and in
  /// order.
  public init(
    size: ImageSize, scale: (Double, Double) = (0.08, 1), ratio: (Double, Double) = (3.0 / 4, 4.0 / 3),
    interpolation: Interpolation = .bilinear
  ) throws(AugmentationError) {
    let owner = "random_resized_crop"
    try checkSize(size, owner)
    self.size = size
    self.scale = try Span(scale.0, scale.1, within: 0...1e6, of: "scale", owner: owner)
    self.ratio = try Span(ratio.0, ratio.1, within: 1e-6...1e6, of: "ratio", owner: owner)
    self.interpolation = interpolation
  }

  /// The part of a picture of this size: tried ten times, then the largest in the middle whose proportions are allowed.
  public func part(of picture: ImageSize, _ random: inout RandomDraws) throws(AugmentationError) -> Crop {
    let (width, height) = (picture.width, picture.height)
    let area = Double(width) * Double(height)
    for _ in 0..<10 {
      let wanted = area * random.uniform(scale), proportion = Logarithms.uniform(ratio, &random)
      let w = (wanted * proportion).squareRoot().rounded(.toNearestOrEven)
      let h = (wanted / proportion).squareRoot().rounded(.toNearestOrEven)
      guard w > 0, h > 0, w <= Double(width), h <= Double(height) else { continue }
      let top = random.integer(below: height - Int(h) + 1), left = random.integer(below: width - Int(w) + 1)
      return try Crop(top: top, left: left, height: Int(h), width: Int(w))
    }
    var (w, h) = (width, height)
    let proportion = Double(width) / Double(height)
    if proportion < ratio.low {
      h = Int((Double(w) / ratio.low).rounded(.toNearestOrEven))
    } else if proportion > ratio.high {
      w = Int((Double(h) * ratio.high).rounded(.toNearestOrEven))
    }
    return try Crop(top: (height - max(h, 1)) / 2, left: (width - max(w, 1)) / 2, height: max(h, 1), width: max(w, 1))
  }

  /// The crop and the resize.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let crop = try part(of: sample.size, &context.random)
    return TransformSequence([crop, try Resize(.exact(size), interpolation: interpolation)])
  }
}
