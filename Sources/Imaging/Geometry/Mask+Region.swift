extension Mask {
  /// A mask of the bytes of `pixels` that are not zero, which lie in a rectangle of it: rows from the top. Outside of the
  /// rectangle all is zero. Throws `ImageError.invalidMask` where the rectangle is not inside or has another number of pixels.
  public init(width: Int, height: Int, columns: Range<Int>, rows: Range<Int>, pixels: [UInt8]) throws(ImageError) {
    _ = try Self.checkedArea(width, height)
    guard columns.lowerBound >= 0, columns.upperBound <= width, rows.lowerBound >= 0, rows.upperBound <= height,
      pixels.count == columns.count * rows.count
    else {
      throw .invalidMask("\(pixels.count) bytes for columns \(columns), rows \(rows) of \(width)x\(height) pixels")
    }
    var runs = MaskRuns()
    runs.append(false, columns.lowerBound * height)
    for x in 0..<columns.count {
      runs.append(false, rows.lowerBound)
      for y in 0..<rows.count { runs.append(pixels[y * columns.count + x] != 0, 1) }
      runs.append(false, height - rows.upperBound)
    }
    runs.append(false, (width - columns.upperBound) * height)
    self.init(unchecked: runs.counts, width: width, height: height)
  }
}
