/// Colours times alpha and back, in bytes, as Pillow resizes `RGBA`: so that hidden colours do not bleed in.
enum AlphaPremultiplication {
  static func multiply(_ pixels: [UInt8]) -> [UInt8] {
    map(pixels) { color, alpha in
      let product = color * alpha + 128
      return ((product >> 8) + product) >> 8
    }
  }

  static func divide(_ pixels: [UInt8]) -> [UInt8] {
    map(pixels) { color, alpha in alpha == 0 || alpha == 255 ? color : min(255 * color / alpha, 255) }
  }

  private static func map(_ pixels: [UInt8], _ change: (UInt32, UInt32) -> UInt32) -> [UInt8] {
    var result = pixels
    result.withUnsafeMutableBufferPointer { buffer in
      for pixel in stride(from: 0, to: buffer.count, by: 4) {
        let alpha = UInt32(buffer[pixel + 3])
        for channel in pixel..<pixel + 3 { buffer[channel] = UInt8(change(UInt32(buffer[channel]), alpha)) }
      }
    }
    return result
  }
}
