import CImageCodecs

/// Decodes PNG to upright RGB: alpha, transparent colours and gamma are dropped, 16-bit samples give their high byte.
///
/// The chunks are read here and the image data by loops of our own over zlib, not by libpng, because libpng refuses much that
/// Pillow and others read (a missing palette, a wrong checksum, misplaced chunks) and cannot be told not to.
enum PNGDecoder {
  static func decode(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) -> Image {
    try decode(try PNGHeader(bytes, limits: limits), limits: limits, fileBytes: bytes.count)
  }

  /// Decodes what follows a header, whose palette may have been replaced.
  static func decode(_ header: PNGHeader, limits: ImageLimits, fileBytes: Int) throws(ImageError) -> Image {
    try limits.check(width: header.width, height: header.height, fileBytes: fileBytes)
    var plan = ic_png_header()
    (plan.width, plan.height) = (UInt32(clamping: header.width), UInt32(clamping: header.height))
    plan.bit_depth = UInt8(clamping: header.bitDepth)
    plan.color_type = UInt8(clamping: header.colorType)
    plan.interlaced = header.isInterlaced ? 1 : 0
    withUnsafeMutableBytes(of: &plan.palette) { $0.copyBytes(from: header.palette.prefix($0.count)) }
    let segments = header.imageData.map {
      ic_span(bytes: $0.bindMemory(to: UInt8.self).baseAddress, count: $0.count)
    }
    let stored = try Image(width: header.width, height: header.height, format: .rgb) { rgb in
      switch ic_png_decode(&plan, segments, segments.count, rgb) {
      case IC_OK: nil
      case IC_TRUNCATED: .truncated("the PNG's image data ends before the last row")
      case IC_MEMORY: .outOfMemory(bytes: header.width * header.height * 3)
      default: .damaged("the PNG's compressed image data is broken")
      }
    }
    return stored.oriented(header.orientation)
  }
}
