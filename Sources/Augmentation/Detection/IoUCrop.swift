import Imaging

/// A crop that keeps some of the objects: boxes whose middle is outside become empty at (0, 0), for `SanitizeBoxes` to
/// remove.
public struct ObjectCrop: FixedAugmentation, Hashable {
  /// The rectangle.
  public let crop: Crop
  /// Whether each object's middle is inside.
  public let keeps: [Bool]

  /// The rectangle's sample.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    var result = try crop.apply(to: sample)
    for index in (result.objects ?? []).indices where index >= keeps.count || !keeps[index] {
      result.objects?[index].box = Box(x1: 0, y1: 0, x2: 0, y2: 0)
    }
    return result
  }
}

/// A random crop that some object overlaps by a drawn share at least. Liu et al. 2015, arXiv 1512.02325. As
/// torchvision's `RandomIoUCrop`.
public struct RandomIoUCrop: Augmentation {
  private let scale, ratio: Span
  private let overlaps: [Double]
  private let trials: Int

  /// - Parameters:
  ///   - scale: of the crop's sides to the picture's.
  ///   - ratio: of its width to its height.
  ///   - overlaps: shares to choose from; 1 or more leaves the picture as it is.
  ///   - trials: how many crops are tried for a share.
  /// - Throws: `AugmentationError.parameter` for numbers out of range or order, or no shares.
  public init(
    scale: (Double, Double) = (0.3, 1), ratio: (Double, Double) = (0.5, 2),
    overlaps: [Double] = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1], trials: Int = 40
  ) throws(AugmentationError) {
    let owner = "random_iou_crop"
    self.scale = try Span(scale.0, scale.1, within: 1e-6...1, of: "min_scale to max_scale", owner: owner)
    self.ratio = try Span(ratio.0, ratio.1, within: 1e-6...1e6, of: "the aspect ratio", owner: owner)
    guard !overlaps.isEmpty, overlaps.allSatisfy(\.isFinite) else {
      throw .parameter(owner, "sampler_options are \(overlaps); expected one finite number or more")
    }
    try checkNumber(trials, 1...100_000, "trials", owner)
    self.overlaps = overlaps
    self.trials = trials
  }

  /// The crop, or nothing: where that was drawn, where there are no objects, or where a hundred shares found no crop.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let boxes = (sample.objects ?? []).map(\.box)
    guard !boxes.isEmpty else { return Identity() }
    for _ in 0..<100 {
      let overlap = overlaps[context.random.integer(below: overlaps.count)]
      if overlap >= 1 { return Identity() }
      for _ in 0..<trials {
        let numbers = (0..<4).map { _ in context.random.unit() }
        if let crop = try trial(sample.size, boxes, overlap: overlap, numbers: numbers) { return crop }
      }
    }
    return Identity()
  }

  /// What becomes of four drawn numbers, 0 to 1 (width, height, left, top): a crop, or nil where they make none that an object
  /// overlaps by the share.
  package func trial(
    _ size: ImageSize, _ boxes: [Box], overlap: Double, numbers: [Double]
  ) throws(AugmentationError) -> ObjectCrop? {
    guard numbers.count == 4 else { return nil }
    let width = Int(Double(size.width) * (scale.low + (scale.high - scale.low) * numbers[0]))
    let height = Int(Double(size.height) * (scale.low + (scale.high - scale.low) * numbers[1]))
    guard width > 0, height > 0 else { return nil }
    let proportion = Double(width) / Double(height)
    guard proportion >= ratio.low, proportion <= ratio.high else { return nil }
    let left = Int(Double(size.width - width) * numbers[2]), top = Int(Double(size.height - height) * numbers[3])
    let crop = Box(x: Float(left), y: Float(top), width: Float(width), height: Float(height))
    let keeps = boxes.map {
      let (x, y) = (0.5 * ($0.x1 + $0.x2), 0.5 * ($0.y1 + $0.y2))
      return crop.x1 < x && x < crop.x2 && crop.y1 < y && y < crop.y2
    }
    let best = zip(boxes, keeps).filter(\.1).map { $0.0.iou(crop) }.max()
    guard let best, Double(best) >= overlap else { return nil }
    return ObjectCrop(crop: try Crop(top: top, left: left, height: height, width: width), keeps: keeps)
  }
}
