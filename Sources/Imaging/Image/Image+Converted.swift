extension Image {
  /// The picture in another format. Alpha is dropped or becomes 255; grey is Rec. 601 luma as Pillow's `convert("L")`.
  public func converted(to target: PixelFormat) -> Image {
    guard target != format else { return self }
    let (from, to) = (channels, target.channels)
    let bytes = [UInt8](unsafeUninitializedCapacity: width * height * to) { buffer, count in
      pixels.withUnsafeBufferPointer { source in
        for pixel in 0..<width * height {
          let (s, d) = (pixel * from, pixel * to)
          if to == 1 {
            let (red, green, blue) = (UInt32(source[s]), UInt32(source[s + 1]), UInt32(source[s + 2]))
            buffer[d] = UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
          } else {
            for channel in 0..<3 { buffer[d + channel] = source[from == 1 ? s : s + channel] }
            if to == 4 { buffer[d + 3] = 255 }
          }
        }
      }
      count = width * height * to
    }
    return Image(unchecked: bytes, width: width, height: height, format: target)
  }
}
