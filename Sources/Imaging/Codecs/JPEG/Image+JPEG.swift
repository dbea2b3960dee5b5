import CImageCodecs

/// How much colour a JPEG keeps.
public enum JPEGSubsampling: String, Sendable, Hashable, CaseIterable {
  /// Colour at full size.
  case s444 = "4:4:4"
  /// Colour at half the width.
  case s422 = "4:2:2"
  /// Colour at half the width and height, as nearly all photos have it.
  case s420 = "4:2:0"
}

extension Image {
  /// The image as baseline JPEG, JFIF. Grey stays grey; the alpha of RGBA is dropped.
  ///
  /// - Parameters:
  ///   - quality: libjpeg's scale, 1 to 100; values outside are brought inside.
  ///   - subsampling: of colour; no matter for grey.
  /// - Throws: `ImageError.invalidSize` past JPEG's 65,500 pixels a side, `outOfMemory`.
  public func jpegData(
    quality: Int = 90, subsampling: JPEGSubsampling = .s420
  ) throws(ImageError) -> [UInt8] {
    guard width <= 65_500, height <= 65_500 else {
      throw .invalidSize("\(width)x\(height) pixels as JPEG, which ends at 65500 a side; write PNG")
    }
    let sampling: (horizontal: Int32, vertical: Int32) =
      switch subsampling {
      case .s444: (1, 1)
      case .s422: (2, 1)
      case .s420: (2, 2)
      }
    var output = ic_buffer()
    defer { ic_buffer_free(&output) }
    let status = pixels.withUnsafeBufferPointer {
      ic_jpeg_encode(
        $0.baseAddress, Int32(width), Int32(height), Int32(channels), Int32(min(max(quality, 1), 100)),
        sampling.horizontal, sampling.vertical, &output)
    }
    guard status == IC_OK else { throw .outOfMemory(bytes: pixels.count) }
    return Array(UnsafeBufferPointer(start: output.bytes, count: output.count))
  }
}
