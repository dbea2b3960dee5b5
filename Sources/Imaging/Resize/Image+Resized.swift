extension Image {
  /// The picture in another size, in pixels. The same size gives the same picture.
  ///
  /// RGBA is resized with its colours multiplied by alpha (not for `nearest`), as Pillow does. Throws
  /// `ImageError.invalidSize` where a side is below 1, and `tooLarge` past the standard `ImageLimits`, which hold for the
  /// picture between the two passes as well.
  public func resized(width: Int, height: Int, filter: ResizeFilter) throws(ImageError) -> Image {
    try ImageLimits.standard.check(width: width, height: height)
    if width == self.width, height == self.height { return self }
    return try Image(
      width: width, height: height, format: format, pixels: resizedPixels(width: width, height: height, filter: filter))
  }

  private func resizedPixels(width: Int, height: Int, filter: ResizeFilter) throws(ImageError) -> [UInt8] {
    switch filter {
    case .nearest: return NearestResizer.resize(self, width: width, height: height)
    case .opencvBilinear: return OpenCVResizer.resize(self, width: width, height: height)
    case .darknetBilinear: return DarknetResizer.resize(self, width: width, height: height)
    case .box, .bilinear, .hamming, .bicubic, .lanczos:
      guard format == .rgba else {
        return try AntialiasedResizer.resize(self, width: width, height: height, filter: filter)
      }
      let multiplied = try Image(
        width: self.width, height: self.height, format: .rgba, pixels: AlphaPremultiplication.multiply(pixels))
      let resized = try AntialiasedResizer.resize(multiplied, width: width, height: height, filter: filter)
      return AlphaPremultiplication.divide(resized)
    }
  }
}
