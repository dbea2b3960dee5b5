/// RGB pixels under the pen. Shapes are given by their distance functions, so that every edge is anti-aliased.
package struct Canvas {
  /// Pixels a row.
  package let width: Int
  /// Rows.
  package let height: Int
  private(set) var pixels: [UInt8]

  init(_ image: Image) {
    let picture = image.converted(to: .rgb)
    (width, height, pixels) = (picture.width, picture.height, picture.pixels)
  }

  /// A canvas of one colour. Throws `ImageError` for a size beyond the limits.
  package init(width: Int, height: Int, _ color: Color) throws(ImageError) {
    try ImageLimits.standard.check(width: width, height: height)
    (self.width, self.height) = (width, height)
    pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      for place in 0..<width * height {
        (buffer[3 * place], buffer[3 * place + 1], buffer[3 * place + 2]) = (color.red, color.green, color.blue)
      }
      count = width * height * 3
    }
  }

  /// The picture so far.
  package var image: Image { Image(unchecked: pixels, width: width, height: height, format: .rgb) }

  /// Mixes `color` into the pixels of an area; `coverage` gives 0 to 1 for the middle of a pixel.
  mutating func paint(
    _ area: Box, _ color: Color, opacity: Float = 1, coverage: (_ x: Float, _ y: Float) -> Float
  ) {
    guard let (columns, rows) = pixelRanges(area) else { return }
    let width = width
    pixels.withUnsafeMutableBufferPointer { pixels in
      for y in rows {
        for x in columns {
          let share = coverage(Float(x) + 0.5, Float(y) + 0.5) * opacity
          if share > 0 { Self.mix(&pixels, 3 * (y * width + x), color, share) }
        }
      }
    }
  }

  /// Mixes `color` into a rectangle of pixels by a table of coverages, `columns` a row, whose first lies at (`left`, `top`).
  mutating func paint(_ coverage: [Float], columns: Int, left: Int, top: Int, _ color: Color) {
    guard columns > 0 else { return }
    let width = width, height = height
    pixels.withUnsafeMutableBufferPointer { pixels in
      for (index, share) in coverage.enumerated() where share > 0 {
        let x = left + index % columns, y = top + index / columns
        guard x >= 0, x < width, y >= 0, y < height else { continue }
        Self.mix(&pixels, 3 * (y * width + x), color, share)
      }
    }
  }

  /// Mixes `color` into one pixel.
  mutating func paint(x: Int, y: Int, _ color: Color, opacity: Float) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let place = 3 * (y * width + x)
    pixels.withUnsafeMutableBufferPointer { Self.mix(&$0, place, color, opacity) }
  }

  private static func mix(
    _ pixels: inout UnsafeMutableBufferPointer<UInt8>, _ place: Int, _ color: Color, _ share: Float
  ) {
    let share = min(share, 1)
    func mixed(_ old: UInt8, _ new: UInt8) -> UInt8 { UInt8(Float(old) + (Float(new) - Float(old)) * share + 0.5) }
    pixels[place] = mixed(pixels[place], color.red)
    pixels[place + 1] = mixed(pixels[place + 1], color.green)
    pixels[place + 2] = mixed(pixels[place + 2], color.blue)
  }

  /// The pixels that an area touches; nil for none, or an area that is not finite.
  private func pixelRanges(_ area: Box) -> (Range<Int>, Range<Int>)? {
    guard area.isFinite else { return nil }
    let inside = area.clipped(width: Float(width), height: Float(height))
    let left = Int(inside.x1), right = min(Int(inside.x2.rounded(.up)), width)
    let top = Int(inside.y1), bottom = min(Int(inside.y2.rounded(.up)), height)
    return left < right && top < bottom ? (left..<right, top..<bottom) : nil
  }
}
