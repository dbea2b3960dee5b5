/// How the bytes of a pixel are to be read.
public enum PixelFormat: String, Sendable, Hashable, CaseIterable {
  case gray, rgb, rgba

  /// Bytes a pixel takes.
  public var channels: Int {
    switch self {
    case .gray: 1
    case .rgb: 3
    case .rgba: 4
    }
  }
}

/// A picture of 8-bit samples: rows from the top, pixels from the left, channels interleaved, no padding. A value.
public struct Image: Sendable, Equatable {
  /// Pixels a row, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// What a pixel's bytes mean.
  public let format: PixelFormat
  /// `height * width * channels` bytes, each 0 to 255.
  public var pixels: [UInt8] {
    didSet { precondition(pixels.count == oldValue.count, "an image keeps its number of bytes") }
  }

  /// Bytes a pixel takes.
  public var channels: Int { format.channels }

  /// An image over `pixels`; throws where a side is below 1 or the bytes do not fit the size.
  public init(width: Int, height: Int, format: PixelFormat, pixels: [UInt8]) throws(ImageError) {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, area <= Int.max / 4, pixels.count == area * format.channels else {
      throw ImageError.invalidSize("\(width)x\(height) \(format) pixels from \(pixels.count) bytes")
    }
    self.width = width
    self.height = height
    self.format = format
    self.pixels = pixels
  }

  /// An image whose bytes are known to fit its size.
  init(unchecked pixels: [UInt8], width: Int, height: Int, format: PixelFormat) {
    self.width = width
    self.height = height
    self.format = format
    self.pixels = pixels
  }

  /// An image whose bytes `fill` writes, all of them, or says why it cannot. The size must have been checked.
  package init(
    width: Int, height: Int, format: PixelFormat, fill: (UnsafeMutablePointer<UInt8>) -> ImageError?
  ) throws(ImageError) {
    var fault: ImageError?
    let size = width * height * format.channels
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      fault = buffer.baseAddress.map(fill) ?? .invalidSize("\(width)x\(height)")
      count = fault == nil ? size : 0
    }
    if let fault { throw fault }
    self.init(unchecked: pixels, width: width, height: height, format: format)
  }
}
