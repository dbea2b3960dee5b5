/// The sizes and places that a contract gives to a picture of one size.
public struct InputLayout: Sendable, Hashable {
  /// The picture's size after resizing.
  public let resized: ImageSize
  /// The input's size.
  public let input: ImageSize
  /// Where the resized picture's left edge lies in the input; negative where it is cropped.
  public let offsetX: Int
  /// Where the resized picture's upper edge lies in the input; negative where it is cropped.
  public let offsetY: Int
  /// The way back.
  public let placement: Placement
}

extension InputContract {
  /// Where a picture of this size goes. Throws `ImageError` where it has no pixels or the input would be too large.
  public func layout(for original: ImageSize) throws(ImageError) -> InputLayout {
    try ImageLimits.standard.check(width: original.width, height: original.height)
    var ratio: Double?
    var anchor: Anchor?
    let resized: ImageSize
    switch (fit, size) {
    case (.stretch, let size?): resized = size
    case (.letterbox(let place, let allowsUpscaling), let size?):
      (resized, ratio) = letterboxed(original, into: size, allowsUpscaling: allowsUpscaling)
      anchor = place
    case (.shortestSide(let side, let longest), _): resized = original.scaled(shortestSide: side, longestSide: longest)
    default: resized = original
    }
    try ImageLimits.standard.check(width: resized.width, height: resized.height)
    let input = size ?? ImageSize(width: roundedUp(resized.width), height: roundedUp(resized.height))
    try ImageLimits.standard.check(width: input.width, height: input.height)
    var offset = (x: 0, y: 0)
    if size != nil, anchor != .topLeft {
      let rounds = anchor == nil
      offset = (
        Self.centered(resized.width, in: input.width, roundsEvenly: rounds),
        Self.centered(resized.height, in: input.height, roundsEvenly: rounds)
      )
    }
    // Boxes of a picture in the corner are divided by the one ratio, as YOLOX does.
    let scale =
      anchor == .topLeft
      ? (ratio ?? 1, ratio ?? 1)
      : (Double(resized.width) / Double(original.width), Double(resized.height) / Double(original.height))
    return InputLayout(
      resized: resized, input: input, offsetX: offset.x, offsetY: offset.y,
      placement: Placement(
        original: original, scaleX: Float(scale.0), scaleY: Float(scale.1), offsetX: Float(offset.x),
        offsetY: Float(offset.y)))
  }

  private func roundedUp(_ side: Int) -> Int { (side + multipleOf - 1) / multipleOf * multipleOf }

  /// The size within `size`, cut to whole pixels as the originals cut it: YOLOX multiplies by a ratio in double precision,
  /// darknet divides integers.
  private func letterboxed(_ original: ImageSize, into size: ImageSize, allowsUpscaling: Bool) -> (ImageSize, Double) {
    let wide = Double(size.width) / Double(original.width), high = Double(size.height) / Double(original.height)
    let ratio = allowsUpscaling ? min(wide, high) : min(wide, high, 1)
    var width = Int(Double(original.width) * ratio)
    var height = Int(Double(original.height) * ratio)
    if filter == .darknetBilinear, ratio < 1 || allowsUpscaling {
      if wide < high {
        (width, height) = (size.width, original.height * size.width / original.width)
      } else {
        (width, height) = (original.width * size.height / original.height, size.height)
      }
    }
    return (ImageSize(width: min(max(width, 1), size.width), height: min(max(height, 1), size.height)), ratio)
  }

  /// The offset that puts `length` in the middle of `space`. Cropping rounds halves to even, as torchvision's `CenterCrop`.
  private static func centered(_ length: Int, in space: Int, roundsEvenly: Bool) -> Int {
    guard length > space else { return (space - length) / 2 }
    return -Int((Double(length - space) / 2).rounded(roundsEvenly ? .toNearestOrEven : .down))
  }
}
