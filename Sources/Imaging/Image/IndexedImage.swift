/// A picture of indices into a palette, such as a mask of classes. A value.
public struct IndexedImage: Sendable, Equatable {
  /// A palette entry.
  public struct Color: Sendable, Hashable {
    /// Levels, each 0 to 255.
    public var red, green, blue: UInt8

    /// A colour of three levels.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }
  }

  /// Pixels a row, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// `height * width` indices, each below the number of colours.
  public let indices: [UInt8]
  /// The colour of each index, 1 to 256 of them.
  public let palette: [Color]

  /// An image over `indices`. Throws `ImageError.invalidSize` where a side is below 1, the indices do not fit the size, the
  /// palette does not have 1 to 256 colours, or an index has no colour.
  public init(width: Int, height: Int, indices: [UInt8], palette: [Color]) throws(ImageError) {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, indices.count == area else {
      throw .invalidSize("\(width)x\(height) pixels from \(indices.count) indices")
    }
    guard (1...256).contains(palette.count) else {
      throw .invalidSize("a palette of \(palette.count) colours, 1 to 256 fit")
    }
    let largest = indices.max() ?? 0
    guard Int(largest) < palette.count else {
      throw .invalidSize("index \(largest) in a palette of \(palette.count) colours")
    }
    self.width = width
    self.height = height
    self.indices = indices
    self.palette = palette
  }

  /// The image as PNG with a palette, 8 bits an index. Throws `ImageError.invalidSize` past PNG's size, `outOfMemory`.
  public func pngData(compression: PNGCompression = .fast) throws(ImageError) -> [UInt8] {
    try PNGEncoder.encode(
      indices, width: width, height: height, colorType: 3, palette: palette.flatMap { [$0.red, $0.green, $0.blue] },
      compression: compression)
  }
}
