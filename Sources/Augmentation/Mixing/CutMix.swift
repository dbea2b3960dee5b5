import Imaging

/// A rectangle of another sample in its place: labels become shares by area, class maps are cut alike. Yun et al. 2019,
/// arXiv 1905.04899. As torchvision's `CutMix` on two samples; objects are refused, as there.
public struct PastedRectangle: FixedAugmentation {
  /// The other.
  public let other: Sample
  /// The rectangle's columns and rows.
  public let columns, rows: Range<Int>

  /// A rectangle of another sample. Throws `AugmentationError.parameter` for places below 0.
  public init(other: Sample, columns: Range<Int>, rows: Range<Int>) throws(AugmentationError) {
    try checkNumber(columns.lowerBound, 0...1_000_000, "the first column", "cut_mix")
    try checkNumber(rows.lowerBound, 0...1_000_000, "the first row", "cut_mix")
    self.other = other
    self.columns = columns
    self.rows = rows
  }

  /// The sample with the rectangle in it.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    guard (sample.objects ?? []).isEmpty, (other.objects ?? []).isEmpty else {
      throw .sample("cut_mix", "objects cannot be cut; use mosaic or copy_paste")
    }
    let other = try other.fitted(to: sample), size = sample.size
    let columns = columns.clamped(to: 0..<size.width), rows = rows.clamped(to: 0..<size.height)
    var result = sample
    var pixels = sample.image.pixels
    let channels = sample.image.channels
    for y in rows {
      let range = (y * size.width + columns.lowerBound) * channels..<(y * size.width + columns.upperBound) * channels
      pixels.replaceSubrange(range, with: other.image.pixels[range])
    }
    result.image.pixels = pixels
    if let map = sample.classMap, let otherMap = other.classMap {
      var classes = map.classes
      for y in rows {
        let range = y * size.width + columns.lowerBound..<y * size.width + columns.upperBound
        classes.replaceSubrange(range, with: otherMap.classes[range])
      }
      result.classMap = try imaging { () throws(ImageError) in
        try ClassMap(width: size.width, height: size.height, classes: classes)
      }
    }
    let pasted = Double(columns.count) * Double(rows.count) / (Double(size.width) * Double(size.height))
    result.mixLabels(with: other, share: 1 - pasted)
    return result
  }
}

/// A rectangle of another sample, of a beta-distributed area.
public struct CutMix: Augmentation {
  private let alpha: Double

  /// Throws `AugmentationError.parameter` for a shape that is not above 0.
  public init(alpha: Double = 1) throws(AugmentationError) {
    try checkNumber(alpha, 1e-6...1e6, "alpha", "cut_mix")
    self.alpha = alpha
  }

  /// The rectangle.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let (width, height) = (sample.size.width, sample.size.height)
    let share = min(max(context.random.beta(alpha), 0), 1), half = 0.5 * (1 - share).squareRoot()
    let x = context.random.integer(below: width), y = context.random.integer(below: height)
    let wide = Int(half * Double(width)), high = Int(half * Double(height))
    return try PastedRectangle(
      other: context.drawPartner(for: "cut_mix"), columns: max(x - wide, 0)..<min(x + wide, width),
      rows: max(y - high, 0)..<min(y + high, height))
  }
}
