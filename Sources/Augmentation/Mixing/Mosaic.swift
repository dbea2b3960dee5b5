import Imaging

/// Four samples around a point of a canvas of twice the size, each resized to fit that size. Bochkovskiy et al. 2020,
/// arXiv 2004.10934; places as YOLOX has them (Ge et al. 2021, arXiv 2107.08430).
public struct MosaicTiles: FixedAugmentation {
  /// The three others: top right, bottom left, bottom right.
  public let others: [Sample]
  /// Each tile's greatest size; the canvas is twice as large.
  public let size: ImageSize
  /// Where the four meet, on the canvas.
  public let center: (x: Int, y: Int)
  /// What stands where no tile reaches.
  public let fill: Fill

  /// Throws `AugmentationError.parameter` where there are not three others, or the centre is not on the canvas.
  public init(
    others: [Sample], size: ImageSize, center: (x: Int, y: Int), fill: Fill = .zero
  ) throws(AugmentationError) {
    try checkSize(size, "mosaic")
    guard others.count == 3 else { throw .parameter("mosaic", "\(others.count) other samples; expected three") }
    try checkNumber(center.x, 0...2 * size.width, "the centre's column", "mosaic")
    try checkNumber(center.y, 0...2 * size.height, "the centre's row", "mosaic")
    self.others = others
    self.size = size
    self.center = center
    self.fill = fill
  }

  /// The canvas. Objects that are wholly cut off are gone.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    let canvas = ImageSize(width: 2 * size.width, height: 2 * size.height)
    let values = fill.bytes(sample.image.channels)
    try imaging { () throws(ImageError) in
      try ImageLimits.standard.check(width: canvas.width, height: canvas.height)
    }
    var result = sample
    var pixels = [UInt8](repeating: values[0], count: canvas.width * canvas.height * values.count)
    if values.contains(where: { $0 != values[0] }) {
      for (c, value) in values.enumerated() {
        for place in stride(from: c, to: pixels.count, by: values.count) { pixels[place] = value }
      }
    }
    var classes = sample.classMap.map { _ in [UInt8](repeating: fill.mapClass, count: canvas.width * canvas.height) }
    var objects: [SampleObject] = []
    for (index, tile) in ([sample] + others).enumerated() {
      let placed = try self.placed(tile, index, on: canvas, format: sample.image.format)
      let channels = values.count
      for y in placed.rows {
        let first = y * canvas.width + placed.columns.lowerBound, last = y * canvas.width + placed.columns.upperBound
        guard first < last else { continue }
        pixels.replaceSubrange(
          first * channels..<last * channels, with: placed.sample.image.pixels[first * channels..<last * channels])
        if let map = placed.sample.classMap { classes?.replaceSubrange(first..<last, with: map.classes[first..<last]) }
      }
      objects += (placed.sample.objects ?? []).filter { $0.box.area > 0 }
    }
    result.image = try imaging { () throws(ImageError) in
      try Image(width: canvas.width, height: canvas.height, format: sample.image.format, pixels: pixels)
    }
    if let classes {
      result.classMap = try imaging { () throws(ImageError) in
        try ClassMap(width: canvas.width, height: canvas.height, classes: classes)
      }
    }
    result.objects = objects
    return result
  }

  /// A tile resized and moved to its quarter, as a sample of the canvas's size, and which part of the canvas it fills.
  private func placed(
    _ tile: Sample, _ index: Int, on canvas: ImageSize, format: PixelFormat
  ) throws(AugmentationError) -> (sample: Sample, columns: Range<Int>, rows: Range<Int>) {
    let factor = min(Double(size.width) / Double(tile.size.width), Double(size.height) / Double(tile.size.height))
    var resized = try ScaleJitter.resize(tile.size, by: factor, .bilinear).apply(to: tile)
    resized.image = resized.image.converted(to: format)
    let left = index & 1 == 0 ? center.x - resized.size.width : center.x
    let top = index < 2 ? center.y - resized.size.height : center.y
    let moved = try Crop(top: -top, left: -left, height: canvas.height, width: canvas.width).apply(to: resized)
    return (
      moved, (left..<left + resized.size.width).clamped(to: 0..<canvas.width),
      (top..<top + resized.size.height).clamped(to: 0..<canvas.height)
    )
  }
}

/// A mosaic of the sample and three others around a random point.
public struct Mosaic: Augmentation {
  private let size: ImageSize
  private let range: Span
  private let fill: Fill

  /// - Parameters:
  ///   - size: each tile's; the canvas is twice as large.
  ///   - range: where the tiles meet, in units of `size`, 0 to 2.
  /// - Throws: `AugmentationError.parameter` for numbers out of range.
  public init(
    size: ImageSize, range: (Double, Double) = (0.5, 1.5), fill: Fill = .zero
  ) throws(AugmentationError) {
    try checkSize(size, "mosaic")
    self.size = size
    self.range = try Span(range.0, range.1, within: 0...2, of: "center_range", owner: "mosaic")
    self.fill = fill
  }

  /// The mosaic.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let x = Int(Double(size.width) * context.random.uniform(range))
    let y = Int(Double(size.height) * context.random.uniform(range))
    var others: [Sample] = []
    for _ in 0..<3 { others.append(try context.drawPartner(for: "mosaic")) }
    return try MosaicTiles(others: others, size: size, center: (x, y), fill: fill)
  }
}
