/// What a picture's header says, read without decoding it.
public struct ImageInformation: Sendable, Hashable {
  /// How a file stores its colours.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    case gray, grayAlpha, rgb, rgba, palette, cmyk
  }

  /// Pixels a row of the upright picture.
  public let width: Int
  /// Rows of the upright picture.
  public let height: Int
  /// The file's format.
  public let format: ImageFileFormat
  /// How the stored picture lies.
  public let orientation: Orientation
  /// Bits a sample, 1 to 16.
  public let bitDepth: Int
  /// How the colours are stored.
  public let mode: Mode

  init(
    stored width: Int, _ height: Int, _ format: ImageFileFormat, _ orientation: Orientation, bitDepth: Int, mode: Mode
  ) {
    self.width = orientation.swapsSides ? height : width
    self.height = orientation.swapsSides ? width : height
    self.format = format
    self.orientation = orientation
    self.bitDepth = bitDepth
    self.mode = mode
  }
}

extension Image {
  /// What the header of an encoded picture says. Throws `ImageError` as `decode` would up to there; the limits on the
  /// picture's size are not applied.
  public static func information(
    of bytes: UnsafeRawBufferPointer, limits: ImageLimits = .standard
  ) throws(ImageError) -> ImageInformation {
    let format = try ImageFileFormat.recognize(bytes)
    let information: ImageInformation
    switch format {
    case .jpeg:
      let header = JPEGHeader(bytes)
      guard header.process != 0 else { throw .truncated("a JPEG without a frame header") }
      information = ImageInformation(
        stored: header.width, header.height, format, header.orientation, bitDepth: header.precision,
        mode: header.components == 1 ? .gray : header.components == 4 ? .cmyk : .rgb)
    case .png:
      let header = try PNGHeader(bytes, limits: limits)
      let modes: [Int: ImageInformation.Mode] = [0: .gray, 2: .rgb, 3: .palette, 4: .grayAlpha, 6: .rgba]
      information = ImageInformation(
        stored: header.width, header.height, format, header.orientation, bitDepth: header.bitDepth,
        mode: modes[header.colorType] ?? .rgb)
    }
    guard information.width > 0, information.height > 0 else {
      throw .invalidSize("\(information.width)x\(information.height) pixels")
    }
    return information
  }
}
