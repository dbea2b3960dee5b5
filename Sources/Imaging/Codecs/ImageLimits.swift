import CImageCodecs

/// How much a picture may ask for before it is refused. Every decode passes the checks here before anything is allocated.
public struct ImageLimits: Sendable, Hashable {
  /// Width times height. 178,956,970 by default, where Pillow stops too (half a gigabyte as RGB).
  public var maximumPixels: Int
  /// Width or height. 1,000,000 by default, as libpng has it; JPEG cannot pass 65,535.
  public var maximumSide: Int
  /// Length of the encoded file. 1 GiB by default.
  public var maximumFileBytes: Int
  /// Scans of a progressive JPEG. 500 by default: encoders write about 10, while each scan of a hostile file costs a pass
  /// over the whole picture for a few bytes.
  public var maximumScans: Int
  /// Bytes of one decompressed text or metadata chunk of a PNG. 1 MiB by default, as Pillow has it.
  public var maximumTextBytes: Int

  /// Limits, each with its default.
  public init(
    maximumPixels: Int = 178_956_970, maximumSide: Int = 1_000_000, maximumFileBytes: Int = 1 << 30,
    maximumScans: Int = 500, maximumTextBytes: Int = 1 << 20
  ) {
    self.maximumPixels = maximumPixels
    self.maximumSide = maximumSide
    self.maximumFileBytes = maximumFileBytes
    self.maximumScans = maximumScans
    self.maximumTextBytes = maximumTextBytes
  }

  /// The defaults.
  public static let standard = ImageLimits()

  /// The one gate: throws where a picture of this size, from this many bytes, is not to be made.
  package func check(width: Int, height: Int, fileBytes: Int = 0) throws(ImageError) {
    guard width > 0, height > 0 else { throw .invalidSize("\(width)x\(height) pixels") }
    guard fileBytes <= maximumFileBytes else {
      throw .tooLarge("\(fileBytes) bytes of file", limit: maximumFileBytes)
    }
    guard width <= maximumSide, height <= maximumSide else {
      throw .tooLarge("\(width)x\(height), a side of \(max(width, height)) pixels", limit: maximumSide)
    }
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, area <= maximumPixels else {
      throw .tooLarge("\(width)x\(height) pixels", limit: maximumPixels)
    }
    try Self.checkMemory(area)
  }

  /// An array that cannot be allocated ends the process, so a very large one is asked for in C first.
  private static func checkMemory(_ area: Int) throws(ImageError) {
    let (bytes, overflow) = area.multipliedReportingOverflow(by: 4)
    guard !overflow, bytes <= 1 << 28 || ic_can_allocate(bytes) != 0 else {
      throw .outOfMemory(bytes: overflow ? .max : bytes)
    }
  }
}
