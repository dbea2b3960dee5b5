import Imaging

/// Numbers for the colours of a mask whose classes nobody listed: enough to draw them.
enum ColorClasses {
  /// A class a colour: Pascal VOC's where all are of its palette, else in the order of their first pixels, black being 0.
  ///
  /// Throws `AugmentationError.mask` for more than 255 colours, which no mask has.
  static func map(_ image: Image, path: String) throws(AugmentationError) -> ClassMap {
    let channels = image.channels
    var order: [UInt32] = [0]
    var places: [UInt32: UInt8] = [0: 0]
    var indices: [UInt8] = []
    indices.reserveCapacity(image.width * image.height)
    for pixel in stride(from: 0, to: image.pixels.count, by: channels) {
      var color: UInt32 = 0
      for c in 0..<min(channels, 3) { color = color << 8 | UInt32(image.pixels[pixel + c]) }
      if places[color] == nil {
        guard order.count < 256 else {
          throw .mask("\(path): more than 255 colours; expected a PNG of classes, not a picture")
        }
        places[color] = UInt8(order.count)
        order.append(color)
      }
      indices.append(places[color] ?? 0)
    }
    let palette = IndexedImage.vocPalette.map { UInt32($0.red) << 16 | UInt32($0.green) << 8 | UInt32($0.blue) }
    let known = order.map { palette.firstIndex(of: $0) }
    if known.allSatisfy({ $0 != nil }) {
      let table = known.map { UInt8($0 ?? 0) }
      indices = indices.map { table[Int($0)] }
    }
    return try imaging { () throws(ImageError) in
      try ClassMap(width: image.width, height: image.height, classes: indices)
    }
  }
}
