import CImageCodecs

/// A PNG's chunks up to its image data, and the metadata before and after it (W3C PNG, third edition). What is refused and
/// what is passed over follows Pillow.
struct PNGHeader {
  var width = 0, height = 0
  var bitDepth = 0
  /// 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA; -1 before the header chunk.
  var colorType = -1
  var isInterlaced = false
  /// RGB entries; indices past the end are black.
  var palette: [UInt8] = []
  /// The data of the image's chunks, in order; the last may be cut short by the end of the file.
  var imageData: [UnsafeRawBufferPointer] = []
  var orientation = Orientation.upright

  /// Frames that an `acTL` chunk announces; nil for a still picture.
  private var frames: Int?
  private var hasFrameControl = false
  private let limits: ImageLimits

  init(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageError) {
    self.limits = limits
    var reader = ByteReader(bytes, at: 8)
    var metadata = PNGMetadata(limit: limits.maximumTextBytes)
    try readToImageData(&reader, &metadata)
    readImageData(&reader)
    try readRest(&reader, &metadata)
    orientation = metadata.orientation
  }

  /// Whether another frame follows the first, whose metadata then ends at the next frame's control chunk.
  private var isAnimated: Bool { frames.map { $0 + (hasFrameControl ? 0 : 1) > 1 } ?? false }

  private mutating func readToImageData(_ reader: inout ByteReader, _ metadata: inout PNGMetadata) throws(ImageError) {
    while true {
      guard let length = reader.uint32(), let type = reader.run(4) else { throw .truncated("a PNG without image data") }
      let name = try Self.name(type)
      // Before the header it is a chunk like any other.
      if name == "IDAT", colorType >= 0 {
        imageData.append(Self.runToEnd(&reader, length))
        return
      }
      guard name != "IEND" else { throw .truncated("a PNG without image data") }
      guard let data = reader.run(length), let checksum = reader.uint32() else {
        throw .truncated("the PNG's \(name) chunk of \(length) bytes")
      }
      let covered = UnsafeRawBufferPointer(start: type.baseAddress, count: length + 4)
      let span = ic_span(bytes: covered.bindMemory(to: UInt8.self).baseAddress, count: covered.count)
      guard ic_crc32(span) == checksum else { throw .damaged("the checksum of the PNG's \(name) chunk is wrong") }
      try read(name, data, &metadata)
    }
  }

  private mutating func read(
    _ name: String, _ data: UnsafeRawBufferPointer, _ metadata: inout PNGMetadata
  ) throws(ImageError) {
    switch name {
    case "IHDR": try readHeader(data)
    case "PLTE":
      guard colorType == 3 else { break }
      guard data.count / 3 <= 256 else { throw .damaged("a palette of \(data.count / 3) colours, more than 256") }
      palette = Array(data.prefix(data.count / 3 * 3))
    case "acTL":
      var reader = ByteReader(data)
      let count = reader.uint32() ?? 0
      frames = frames == nil && count > 0 && count <= 0x8000_0000 ? count : nil
    case "fcTL": hasFrameControl = true
    default: try metadata.read(name, data)
    }
  }

  private mutating func readHeader(_ data: UnsafeRawBufferPointer) throws(ImageError) {
    var reader = ByteReader(data)
    guard let columns = reader.uint32(), let rows = reader.uint32(), let depth = reader.byte(),
      let color = reader.byte(),
      reader.byte() != nil, let filter = reader.byte(), let interlace = reader.byte()
    else { throw .damaged("a PNG header of \(data.count) bytes, expected 13") }
    let isKnown =
      switch color {
      case 0: [1, 2, 4, 8, 16].contains(depth)
      case 3: [1, 2, 4, 8].contains(depth)
      case 2, 4, 6: [8, 16].contains(depth)
      default: false
      }
    guard isKnown else { throw .damaged("PNG colour type \(color) with \(depth) bits a sample") }
    guard filter == 0 else { throw .damaged("PNG filter method \(filter), expected 0") }
    // Before anything else is looked at: a size that cannot be is what a user should hear of.
    try limits.check(width: columns, height: rows)
    (width, height, bitDepth, colorType, isInterlaced) = (columns, rows, Int(depth), Int(color), interlace != 0)
  }

  /// The consecutive image data chunks past the first. Their checksums are left alone: zlib has its own.
  private mutating func readImageData(_ reader: inout ByteReader) {
    while true {
      var ahead = reader
      guard ahead.uint32() != nil, let length = ahead.uint32(), let type = ahead.run(4), type.starts(with: "IDAT")
      else {
        return
      }
      imageData.append(Self.runToEnd(&ahead, length))
      reader = ahead
    }
  }

  /// Reads metadata past the image data, up to the end, the next frame, or what is no chunk.
  private mutating func readRest(_ reader: inout ByteReader, _ metadata: inout PNGMetadata) throws(ImageError) {
    while reader.uint32() != nil, let length = reader.uint32(), let type = reader.run(4),
      let name = try? Self.name(type)
    {
      if name == "IEND" || (name == "fcTL" && isAnimated) { return }
      guard let data = reader.run(length) else { throw .truncated("the PNG's \(name) chunk of \(length) bytes") }
      try metadata.read(name, data)
    }
  }

  private static func runToEnd(_ reader: inout ByteReader, _ length: Int) -> UnsafeRawBufferPointer {
    reader.run(min(length, reader.remaining)) ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }

  private static func name(_ type: UnsafeRawBufferPointer) throws(ImageError) -> String {
    let isName = type.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
    }
    guard isName else { throw .damaged("a PNG chunk without a name") }
    return String(decoding: type, as: UTF8.self)
  }
}
