/// A binary mask as COCO's run lengths: down the columns, left to right, beginning with a run of zeros.
public struct Mask: Sendable, Hashable {
  /// Pixels a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Lengths of the runs of zeros and ones in turn; the first may be 0. They sum to `width * height`.
  public let counts: [UInt32]

  /// A mask of given runs. Throws `ImageError.invalidMask` where they do not sum to `width * height`.
  public init(width: Int, height: Int, counts: [Int]) throws(ImageError) {
    let area = try Self.checkedArea(width, height)
    var total = 0
    for count in counts {
      guard count >= 0, count <= area - total else {
        throw .invalidMask("its runs are not those of \(width)x\(height) pixels")
      }
      total += count
    }
    guard total == area else { throw .invalidMask("its runs sum to \(total), not to \(width)x\(height)") }
    self.init(unchecked: counts.map { UInt32($0) }, width: width, height: height)
  }

  /// A mask of the bytes of `pixels` that are not zero: rows from the top. Throws `ImageError.invalidMask` where their number
  /// is not `width * height`.
  public init(width: Int, height: Int, pixels: [UInt8]) throws(ImageError) {
    guard pixels.count == (try Self.checkedArea(width, height)) else {
      throw .invalidMask("\(pixels.count) bytes for \(width)x\(height) pixels")
    }
    var runs = MaskRuns()
    for x in 0..<width {
      for y in 0..<height { runs.append(pixels[y * width + x] != 0, 1) }
    }
    self.init(unchecked: runs.counts, width: width, height: height)
  }

  init(unchecked counts: [UInt32], width: Int, height: Int) {
    self.width = width
    self.height = height
    self.counts = counts
  }

  /// Masks are held to the limits of pictures.
  static func checkedArea(_ width: Int, _ height: Int) throws(ImageError) -> Int {
    try ImageLimits.standard.check(width: width, height: height)
    return width * height
  }

  /// One byte a pixel, 1 inside and 0 outside; rows from the top.
  public var pixels: [UInt8] {
    var result = [UInt8](repeating: 0, count: width * height)
    var x = 0, y = 0
    for (index, count) in counts.enumerated() {
      var left = Int(count)
      while left > 0 {
        let step = min(left, height - y)
        if index & 1 == 1 {
          for row in y..<y + step { result[row * width + x] = 1 }
        }
        left -= step
        y += step
        if y == height { (x, y) = (x + 1, 0) }
      }
    }
    return result
  }

  /// Pixels inside.
  public var area: Int {
    var total = 0
    for index in stride(from: 1, to: counts.count, by: 2) { total += Int(counts[index]) }
    return total
  }

  /// The tight box around the pixels inside, whose edges are whole numbers; nil for an empty mask. COCO's `toBbox`.
  public var boundingBox: Box? {
    var left = width, right = -1, top = height, bottom = -1, position = 0
    for (index, count) in counts.enumerated() {
      let end = position + Int(count)
      if index & 1 == 1, count > 0 {
        let (first, last) = (position / height, (end - 1) / height)
        left = min(left, first)
        right = max(right, last)
        // A run over the end of a column covers the last row and the first.
        top = first == last ? min(top, position % height) : 0
        bottom = first == last ? max(bottom, (end - 1) % height) : height - 1
      }
      position = end
    }
    guard right >= 0 else { return nil }
    return Box(x1: Float(left), y1: Float(top), x2: Float(right + 1), y2: Float(bottom + 1))
  }
}

/// Runs under construction: neighbours of the same value become one.
struct MaskRuns {
  private(set) var counts: [UInt32] = [0]
  private var value = false

  mutating func append(_ next: Bool, _ length: Int) {
    guard length > 0 else { return }
    if next != value {
      counts.append(0)
      value = next
    }
    counts[counts.count - 1] += UInt32(length)
  }
}
