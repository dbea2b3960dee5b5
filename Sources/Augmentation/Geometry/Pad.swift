import Imaging

/// Pixels added around the picture. As torchvision's `pad`; boxes and keypoints are refused where the picture is not
/// padded with a constant, since they would have to be mirrored too.
public struct Pad: GeometricTransform, FixedAugmentation, Hashable {
  /// What the added pixels are.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// The fill.
    case constant
    /// The nearest pixel of the edge.
    case edge
    /// The picture mirrored at the middle of its edge pixels, again and again where the padding is larger than it.
    case reflect
    /// The picture mirrored at its edge, the edge's pixels repeated.
    case symmetric
  }

  /// Columns added on the left, rows above, columns on the right, rows below.
  public let left, top, right, bottom: Int
  /// What stands there, of a constant padding.
  public let fill: Fill
  /// What the added pixels are.
  public let mode: Mode

  /// A padding. Throws `AugmentationError.parameter` for negative widths (crop instead) or ones beyond a million.
  public init(
    left: Int, top: Int, right: Int, bottom: Int, fill: Fill = .zero, mode: Mode = .constant
  ) throws(AugmentationError) {
    for width in [left, top, right, bottom] { try checkNumber(width, 0...1_000_000, "padding", "pad") }
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
    self.fill = fill
    self.mode = mode
  }

  /// Throws for objects where the padding is not constant.
  public func check(_ sample: Sample) throws(AugmentationError) {
    guard mode == .constant || (sample.objects ?? []).isEmpty else {
      throw .sample("pad", "objects cannot be padded by '\(mode.rawValue)'; use 'constant'")
    }
  }

  /// The padded image.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    let (width, height) = (image.width + left + right, image.height + top + bottom)
    let channels = image.channels
    let columns = mode == .constant ? [] : (0..<width).map { source($0 - left, image.width) * channels }
    let values = fill.levels(for: layer, channels: channels).map { UInt8($0) }
    return try Image.made(width, height, image.format) { target in
      image.pixels.withUnsafeBufferPointer { pixels in
        guard let pixels = pixels.baseAddress else { return }
        if mode == .constant { Self.fill(target, width * height, values) }
        let rowBytes = width * channels
        for y in 0..<height where mode != .constant || (y >= top && y < top + image.height) {
          let from = pixels + (mode == .constant ? y - top : source(y - top, image.height)) * image.stride
          let to = target + y * rowBytes
          (to + left * channels).update(from: from, count: image.stride)
          guard mode != .constant else { continue }
          for x in 0..<left { for c in 0..<channels { to[x * channels + c] = from[columns[x] + c] } }
          for x in left + image.width..<width {
            for c in 0..<channels { to[x * channels + c] = from[columns[x] + c] }
          }
        }
      }
    }
  }

  /// The box moved, clipped to the new size.
  public func moved(_ box: Box, in size: ImageSize) -> Box {
    box.translated(x: Float(left), y: Float(top))
      .clipped(width: Float(size.width + left + right), height: Float(size.height + top + bottom))
  }

  /// The point moved.
  public func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    SampleKeypoint(x: point.x + Float(left), y: point.y + Float(top), visibility: point.visibility)
  }

  /// The pixel that stands at a place beyond the edges.
  private func source(_ place: Int, _ length: Int) -> Int {
    switch mode {
    case .constant, .edge: return min(max(place, 0), length - 1)
    case .reflect: return Mirror.reflected(place, length)
    case .symmetric:
      let cycle = ((place % (2 * length)) + 2 * length) % (2 * length)
      return cycle < length ? cycle : 2 * length - 1 - cycle
    }
  }

  private static func fill(_ target: UnsafeMutablePointer<UInt8>, _ pixels: Int, _ values: [UInt8]) {
    guard let first = values.first, values.contains(where: { $0 != first }) else {
      return target.update(repeating: values.first ?? 0, count: pixels * values.count)
    }
    for pixel in 0..<pixels { for (c, value) in values.enumerated() { target[pixel * values.count + c] = value } }
  }
}

/// Places beyond an edge, mirrored back.
enum Mirror {
  /// The place within 0 ..< length, mirrored at the middles of the first and last pixel.
  static func reflected(_ place: Int, _ length: Int) -> Int {
    guard length > 1 else { return 0 }
    let period = 2 * (length - 1), cycle = ((place % period) + period) % period
    return cycle < length ? cycle : period - cycle
  }
}
