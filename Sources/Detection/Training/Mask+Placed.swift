import Imaging

extension Mask {
  /// The mask of a picture that lies in `frame` of a larger or smaller one of `size`, by its nearest pixels; nothing is outside. Throws
  /// `ImageError` where the size is too large.
  package func placed(in frame: Box, _ size: ImageSize) throws(ImageError) -> Mask {
    let isSame = frame.x1 == 0 && frame.y1 == 0 && frame.x2 == Float(width) && frame.y2 == Float(height)
    if isSame, size.width == width, size.height == height { return self }
    func sources(_ count: Int, _ start: Float, _ extent: Float, _ all: Int) -> [Int?] {
      (0..<count).map { index in
        let at = (Float(index) + 0.5 - start) * Float(all) / max(extent, 1e-6)
        return at >= 0 && at < Float(all) ? Int(at) : nil
      }
    }
    let columns = sources(size.width, frame.x1, frame.x2 - frame.x1, width)
    let rows = sources(size.height, frame.y1, frame.y2 - frame.y1, height)
    let pixels = pixels
    var result = [UInt8](repeating: 0, count: size.width * size.height)
    for (y, row) in rows.enumerated() {
      guard let row else { continue }
      for (x, column) in columns.enumerated() {
        if let column { result[y * size.width + x] = pixels[row * width + column] }
      }
    }
    return try Mask(width: size.width, height: size.height, pixels: result)
  }
}
