/// What stands before a JPEG's first scan (ITU-T T.81, annex B).
struct JPEGHeader {
  /// Stored size; 0x0 where no frame header was found.
  var width = 0, height = 0
  /// Bits a sample.
  var precision = 0
  var components = 0
  /// The low byte of the frame marker, such as 0xC0 for baseline.
  var process: UInt8 = 0
  var orientation = Orientation.upright

  /// Walks the segments up to the first scan. Damage ends the walk: libjpeg, which reads the same bytes, judges it.
  init(_ bytes: UnsafeRawBufferPointer) {
    var reader = ByteReader(bytes, at: 2)
    // EXIF too long for one segment goes on in the next.
    var exif: [UInt8]?
    var xmp: UnsafeRawBufferPointer?
    while let marker = Self.nextMarker(&reader), marker != 0xDA {
      // Markers without a segment: restarts, start and end of image, TEM.
      if (0xD0...0xD9).contains(marker) || marker == 0x01 { continue }
      guard let length = reader.uint16(), let segment = reader.run(length - 2) else { break }
      switch marker {
      case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker): readFrame(segment, marker)
      case 0xE1 where segment.starts(with: "Exif\0\0"):
        if exif == nil { exif = Array(segment) } else { exif?.append(contentsOf: segment.dropping(6)) }
      case 0xE1 where segment.starts(with: "http://ns.adobe.com/xap/1.0/\0"):
        xmp = segment.dropping(29)
      default: break
      }
    }
    let tag = exif.map { data in data.withUnsafeBytes(ExifOrientation.find) } ?? .absent
    orientation = Orientation(exif: tag, xmp: xmp)
  }

  private mutating func readFrame(_ segment: UnsafeRawBufferPointer, _ marker: UInt8) {
    var reader = ByteReader(segment)
    guard let bits = reader.byte(), let rows = reader.uint16(), let columns = reader.uint16(), let count = reader.byte()
    else { return }
    (precision, height, width, components, process) = (Int(bits), rows, columns, Int(count), marker)
  }

  /// The next marker's low byte, past padding and stray bytes.
  private static func nextMarker(_ reader: inout ByteReader) -> UInt8? {
    var last: UInt8 = 0
    while let byte = reader.byte() {
      if last == 0xFF, byte != 0xFF, byte != 0 { return byte }
      last = byte
    }
    return nil
  }

  /// Throws where this is a kind of JPEG that libjpeg does not decode.
  func checkSupported() throws(ImageError) {
    guard process != 0 else { throw .truncated("a JPEG without a frame header") }
    switch process {
    case 0xC3, 0xC7, 0xCB, 0xCF: throw .unsupported("a lossless JPEG")
    case 0xC5, 0xC6, 0xCD, 0xCE: throw .unsupported("a hierarchical JPEG")
    default: break
    }
    guard precision == 8 else { throw .unsupported("a \(precision)-bit JPEG") }
    guard [1, 3, 4].contains(components) else { throw .unsupported("a JPEG of \(components) components") }
  }
}
