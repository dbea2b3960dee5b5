/// A mask as data sets store it: numbers a pixel, or colours that stand for them.
public enum MaskPicture: Sendable, Equatable {
  /// The indices of a palette PNG or the levels of a grey one of up to 8 bits, as numpy shows them.
  case indices(ClassMap)
  /// A picture in colours.
  case colors(Image)

  /// Decodes a mask. JPEG, which changes colours, throws `unsupported`, as does a grey PNG of 16 bits; else as `Image.decode`.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, limits: ImageLimits = .standard
  ) throws(ImageError) -> MaskPicture {
    guard try ImageFileFormat.recognize(bytes) == .png else {
      throw .unsupported("a mask as JPEG, which changes values,")
    }
    var header = try PNGHeader(bytes, limits: limits)
    guard [0, 3].contains(header.colorType) else {
      return .colors(try PNGDecoder.decode(header, limits: limits, fileBytes: bytes.count))
    }
    guard header.bitDepth <= 8 else { throw .unsupported("a mask of \(header.bitDepth)-bit levels") }
    if header.colorType == 3 { header.palette = (0..<256).flatMap { [UInt8($0), UInt8($0), UInt8($0)] } }
    let image = try PNGDecoder.decode(header, limits: limits, fileBytes: bytes.count)
    // Levels of less than 8 bits were stretched to 0 to 255.
    let step = header.colorType == 0 ? UInt8(255 / ((1 << header.bitDepth) - 1)) : 1
    let classes = [UInt8](unsafeUninitializedCapacity: image.width * image.height) { buffer, count in
      image.pixels.withUnsafeBufferPointer { pixels in
        for index in 0..<image.width * image.height { buffer[index] = pixels[index * 3] / step }
      }
      count = image.width * image.height
    }
    return .indices(try ClassMap(width: image.width, height: image.height, classes: classes))
  }
}
