/// The class of every pixel of a picture: what segmentation gives. A value.
public struct ClassMap: Sendable, Equatable {
  /// Pixels a row, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// `height * width` zero-based classes, row by row.
  public let classes: [UInt8]

  /// A map over `classes`. Throws `ImageError.invalidSize` where a side is below 1 or they do not fit the size.
  public init(width: Int, height: Int, classes: [UInt8]) throws(ImageError) {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, classes.count == area else {
      throw .invalidSize("\(width)x\(height) pixels from \(classes.count) classes")
    }
    self.width = width
    self.height = height
    self.classes = classes
  }

  /// The size.
  public var size: ImageSize { ImageSize(width: width, height: height) }

  /// Pixels of each of the 256 classes.
  public var pixelCounts: [Int] {
    var counts = [Int](repeating: 0, count: 256)
    for index in classes { counts[Int(index)] += 1 }
    return counts
  }

  /// The map as a picture with Pascal VOC's palette.
  public var indexedImage: IndexedImage {
    get throws(ImageError) {
      try IndexedImage(width: width, height: height, indices: classes, palette: IndexedImage.vocPalette)
    }
  }
}

extension IndexedImage {
  /// Pascal VOC's 256 colours: the bits of an index, three at a time, become the high bits of red, green and blue.
  public static let vocPalette: [Color] = (0..<256).map { index in
    var levels: [UInt8] = [0, 0, 0]
    for bit in 0..<8 { levels[bit % 3] |= UInt8(index >> bit & 1) << (7 - bit / 3) }
    return Color(red: levels[0], green: levels[1], blue: levels[2])
  }
}
