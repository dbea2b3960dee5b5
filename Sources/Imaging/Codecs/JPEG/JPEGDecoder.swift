import CImageCodecs

/// Decodes JPEG to upright RGB with libjpeg's defaults, which are Pillow's: the exact integer DCT, smooth upsampling.
enum JPEGDecoder {
  /// Decodes at full size, or at a half, a quarter or an eighth while both sides keep `smallestSide` pixels.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: ImageLimits, smallestSide: Int? = nil
  ) throws(ImageError) -> Image {
    let header = JPEGHeader(bytes)
    try header.checkSupported()
    try limits.check(width: header.width, height: header.height, fileBytes: bytes.count)
    let span = ic_span(bytes: bytes.bindMemory(to: UInt8.self).baseAddress, count: bytes.count)
    guard let decoder = ic_jpeg_open(span, Int32(clamping: limits.maximumScans)) else {
      throw .outOfMemory(bytes: 0)
    }
    defer { ic_jpeg_close(decoder) }
    func fault(_ status: ic_status) -> ImageError? {
      let message = String(cString: ic_jpeg_message(decoder))
      return switch status {
      case IC_OK: nil
      case IC_TRUNCATED: .truncated("the JPEG data ends before the last row")
      case IC_UNSUPPORTED: .unsupported("this kind of JPEG (\(message))")
      case IC_LIMIT: .tooLarge("a JPEG of more scans", limit: limits.maximumScans)
      case IC_MEMORY: .outOfMemory(bytes: header.width * header.height * 3)
      default: .damaged(message)
      }
    }
    var size = ic_jpeg_size()
    if let fault = fault(ic_jpeg_read_header(decoder, &size)) { throw fault }
    if let smallestSide {
      let shorter = min(Int(size.width), Int(size.height))
      let denominator = [8, 4, 2].first { shorter / $0 >= max(smallestSide, 1) } ?? 1
      if let fault = fault(ic_jpeg_set_scale(decoder, Int32(denominator), &size)) { throw fault }
    }
    // The buffer's size must be libjpeg's own idea of the picture, not that of the walk over the segments.
    let width = Int(size.width), height = Int(size.height)
    try limits.check(width: width, height: height, fileBytes: bytes.count)
    let stored = try Image(width: width, height: height, format: .rgb) { rgb in fault(ic_jpeg_read_pixels(decoder, rgb))
    }
    return stored.oriented(header.orientation)
  }
}
