import Imaging

/// The colours of a coloured mask and the classes they stand for; colours that are none become 255, which losses pass over.
struct MaskColors: Sendable {
  private let classes: [UInt32: UInt8]

  /// Pascal VOC's palette.
  init() {
    self.init(IndexedImage.vocPalette.prefix(255).enumerated().map { ($1.red, $1.green, $1.blue, UInt8($0)) })
  }

  init(_ entries: [(red: UInt8, green: UInt8, blue: UInt8, index: UInt8)]) {
    classes = Dictionary(entries.map { (Self.key($0.red, $0.green, $0.blue), $0.index) }) { first, _ in first }
  }

  private static func key(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt32 {
    let high = UInt32(red) << 16
    return high | UInt32(green) << 8 | UInt32(blue)
  }

  /// The classes of an RGB picture. One whose pixels are all grey holds indices, not colours.
  func classMap(_ image: Image) throws(ImageError) -> ClassMap {
    let count = image.width * image.height
    let isGray: Bool = image.pixels.withUnsafeBufferPointer { pixels in
      var place = 0
      while place < count * 3 {
        let (red, green, blue) = (pixels[place], pixels[place + 1], pixels[place + 2])
        guard red == green, green == blue else { return false }
        place += 3
      }
      return true
    }
    var indices = [UInt8](repeating: 255, count: count)
    image.pixels.withUnsafeBufferPointer { pixels in
      var last: (key: UInt32, index: UInt8)?
      for place in 0..<count {
        let key = Self.key(pixels[place * 3], pixels[place * 3 + 1], pixels[place * 3 + 2])
        if isGray {
          indices[place] = UInt8(truncatingIfNeeded: key)
        } else if let last, last.key == key {
          indices[place] = last.index
        } else {
          indices[place] = classes[key] ?? 255
          last = (key, indices[place])
        }
      }
    }
    return try ClassMap(width: image.width, height: image.height, classes: indices)
  }
}
