import Imaging

/// A rectangle of a given size at a random place, of the padded picture where there is padding. As torchvision's
/// `RandomCrop`.
public struct RandomCrop: Augmentation {
  /// The result's size.
  public let size: ImageSize
  /// Left, top, right, bottom.
  public let padding: [Int]
  /// Whether pictures that are too small are padded until they fit.
  public let padsIfNeeded: Bool
  /// What stands in a constant padding.
  public let fill: Fill
  /// What the padding is.
  public let mode: Pad.Mode

  /// A crop. Throws `AugmentationError.parameter` for sides below 1 or paddings that are not four numbers from 0 on.
  public init(
    size: ImageSize, padding: [Int] = [0, 0, 0, 0], padsIfNeeded: Bool = false, fill: Fill = .zero,
    mode: Pad.Mode = .constant
  ) throws(AugmentationError) {
    try checkSize(size, "random_crop")
    guard padding.count == 4 else {
      throw .parameter("random_crop", "padding has \(padding.count) numbers; expected 4")
    }
    for width in padding { try checkNumber(width, 0...1_000_000, "padding", "random_crop") }
    self.size = size
    self.padding = padding
    self.padsIfNeeded = padsIfNeeded
    self.fill = fill
    self.mode = mode
  }

  /// The padding and the crop.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    var pad = padding
    var (width, height) = (sample.size.width + pad[0] + pad[2], sample.size.height + pad[1] + pad[3])
    if padsIfNeeded {
      let (wide, high) = (max(size.width - width, 0), max(size.height - height, 0))
      pad = [pad[0] + wide, pad[1] + high, pad[2] + wide, pad[3] + high]
      width += 2 * wide
      height += 2 * high
    }
    guard width >= size.width, height >= size.height else {
      throw .sample("random_crop", "\(size) pixels do not fit into \(width)x\(height); set pad_if_needed")
    }
    let top = context.random.integer(below: height - size.height + 1)
    let left = context.random.integer(below: width - size.width + 1)
    let crop = try Crop(top: top, left: left, height: size.height, width: size.width)
    guard pad != [0, 0, 0, 0] else { return crop }
    let padded = try Pad(left: pad[0], top: pad[1], right: pad[2], bottom: pad[3], fill: fill, mode: mode)
    return TransformSequence([padded, crop])
  }
}
