import Imaging

/// The picture somewhere on a larger canvas. Liu et al. 2015, arXiv 1512.02325. As torchvision's `RandomZoomOut` (its
/// probability is `Maybe`'s).
public struct RandomZoomOut: Augmentation {
  private let fill: Fill
  private let range: Span

  /// Canvases by factors of the sides. Throws `AugmentationError.parameter` for factors below 1 or out of order.
  public init(fill: Fill = .zero, range: (Double, Double) = (1, 4)) throws(AugmentationError) {
    self.fill = fill
    self.range = try Span(range.0, range.1, within: 1...1e3, of: "side_range", owner: "random_zoom_out")
  }

  /// The padding.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    try padding(of: sample.size, numbers: (0..<3).map { _ in context.random.unit() })
  }

  /// What becomes of three drawn numbers, 0 to 1: the canvas, left, top.
  package func padding(of size: ImageSize, numbers: [Double]) throws(AugmentationError) -> Pad {
    guard numbers.count == 3 else { return try Pad(left: 0, top: 0, right: 0, bottom: 0) }
    let factor = range.low + (range.high - range.low) * numbers[0]
    let wide = Int(Double(size.width) * factor) - size.width, high = Int(Double(size.height) * factor) - size.height
    let left = Int(Double(wide) * numbers[1]), top = Int(Double(high) * numbers[2])
    return try Pad(left: left, top: top, right: wide - left, bottom: high - top, fill: fill)
  }
}
