import CImageCodecs

/// How hard to press a PNG. The picture is the same.
public enum PNGCompression: String, Sendable, Hashable, CaseIterable {
  /// About as fast as the disk takes it.
  case fast
  /// What most programs write: about a tenth smaller, several times slower.
  case balanced
  /// The smallest, slower still.
  case small
}

extension Image {
  /// The image as PNG of 8 bits a sample, grey, RGB or RGBA.
  ///
  /// - Throws: `ImageError.invalidSize` past PNG's size, `outOfMemory`.
  public func pngData(compression: PNGCompression = .fast) throws(ImageError) -> [UInt8] {
    let colorType: UInt8 =
      switch format {
      case .gray: 0
      case .rgb: 2
      case .rgba: 6
      }
    return try PNGEncoder.encode(
      pixels, width: width, height: height, colorType: colorType, palette: [], compression: compression)
  }
}

/// Writes the chunks of a PNG of 8 bits a sample.
enum PNGEncoder {
  static func encode(
    _ pixels: [UInt8], width: Int, height: Int, colorType: UInt8, palette: [UInt8], compression: PNGCompression
  ) throws(ImageError) -> [UInt8] {
    guard width <= 1 << 28, height <= Int(Int32.max) else { throw .invalidSize("\(width)x\(height) pixels as PNG") }
    let effort: Int32 =
      switch compression {
      case .fast: 0
      case .balanced: 1
      case .small: 2
      }
    var output = ic_buffer()
    defer { ic_buffer_free(&output) }
    let status = palette.withUnsafeBufferPointer { colors in
      var plan = ic_png_plan(
        width: UInt32(clamping: width), height: UInt32(clamping: height), color_type: colorType,
        palette: colors.baseAddress, palette_count: Int32(palette.count / 3), effort: effort)
      return pixels.withUnsafeBufferPointer { ic_png_encode(&plan, $0.baseAddress, &output) }
    }
    guard status == IC_OK else { throw .outOfMemory(bytes: pixels.count) }
    return Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
  }
}
