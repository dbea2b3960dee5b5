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
    let factor = context.random.uniform(range)
    let wide = Int(Double(sample.size.width) * factor) - sample.size.width
    let high = Int(Double(sample.size.height) * factor) - sample.size.height
    let left = Int(Double(wide) * context.random.unit()), top = Int(Double(high) * context.random.unit())
    return try Pad(left: left, top: top, right: wide - left, bottom: high - top, fill: fill)
  }
}
