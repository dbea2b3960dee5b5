import Support

extension Image {
  /// Decodes a JPEG or PNG, recognised by content, to upright RGB.
  ///
  /// The bytes are those of Pillow's `ImageOps.exif_transpose(image).convert("RGB")`; 16-bit samples give their high byte. The
  /// first frame of MPO and APNG is taken. What libjpeg only warns of is tolerated; data that ends early is an error.
  /// - Throws: `ImageError`; nothing of the picture's size is allocated before `limits` are met.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: ImageLimits = .standard
  ) throws(ImageError) -> Image {
    switch try ImageFileFormat.recognize(bytes) {
    case .jpeg: try JPEGDecoder.decode(bytes, limits: limits)
    case .png: try PNGDecoder.decode(bytes, limits: limits)
    }
  }

  /// `decode`, where a JPEG may come at a half, a quarter or an eighth of its size: the smallest whose sides both have at least
  /// `smallestSide` pixels, as libjpeg's scaled DCT gives it (each pixel nearly the mean of a block). A PNG comes whole.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, smallestSide: Int, limits: ImageLimits = .standard
  ) throws(ImageError) -> Image {
    switch try ImageFileFormat.recognize(bytes) {
    case .jpeg: try JPEGDecoder.decode(bytes, limits: limits, smallestSide: smallestSide)
    case .png: try PNGDecoder.decode(bytes, limits: limits)
    }
  }

  /// `decode` of an array's bytes.
  public static func decode(_ bytes: [UInt8], limits: ImageLimits = .standard) throws(ImageError) -> Image {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(ImageError) in try decode(buffer, limits: limits) }
    }
    return try result.get()
  }

  /// `decode` of a file, which is memory-mapped. Throws `FileError` where it cannot be read or is longer than
  /// `limits.maximumFileBytes`, else `ImageError`.
  public static func read(path: String, limits: ImageLimits = .standard) throws -> Image {
    let file = try MappedFile(path: path, limit: limits.maximumFileBytes)
    return try withExtendedLifetime(file) { try decode(file.bytes, limits: limits) }
  }

  /// `information(of:)` of a file. Throws `FileError` or `ImageError`.
  public static func information(path: String, limits: ImageLimits = .standard) throws -> ImageInformation {
    let file = try MappedFile(path: path, limit: limits.maximumFileBytes)
    return try withExtendedLifetime(file) { try information(of: file.bytes, limits: limits) }
  }
}
