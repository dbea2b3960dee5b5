/// Finds `tiff:Orientation="6"` or `<tiff:Orientation>6` in an XMP packet, the first of them, as Pillow does.
enum XMPOrientation {
  private static let name = Array("tiff:Orientation".utf8)

  static func find(in xmp: UnsafeRawBufferPointer) -> Int? {
    guard xmp.count > name.count, let first = name.first else { return nil }
    for start in 0..<(xmp.count - name.count) where xmp[start] == first {
      guard xmp[start..<start + name.count].elementsEqual(name) else { continue }
      var reader = ByteReader(xmp, at: start + name.count)
      switch reader.byte() {
      case UInt8(ascii: ">"): break
      case UInt8(ascii: "=") where reader.byte() == UInt8(ascii: "\""): break
      default: continue
      }
      if let digit = reader.byte(), (0x30...0x39).contains(digit) { return Int(digit) - 0x30 }
    }
    return nil
  }
}

extension Orientation {
  /// What EXIF and XMP say together: XMP counts only where EXIF can be read and has no such entry, or is not there.
  init(exif: OrientationTag, xmp: UnsafeRawBufferPointer?) {
    switch exif {
    case .unreadable: self = .upright
    case .value(let value): self = Self.allCases.first { Double($0.rawValue) == value } ?? .upright
    case .absent: self = xmp.flatMap(XMPOrientation.find).flatMap(Orientation.init) ?? .upright
    }
  }
}
