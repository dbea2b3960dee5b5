import CImageCodecs
import Imaging
import Testing

@Suite struct PNGEncoderTests {
  /// Smooth and noisy bytes, so that every filter gets its rows.
  private static func picture(_ width: Int, _ height: Int, _ format: PixelFormat) throws -> Image {
    var random = DamageSequence(state: UInt64(width * 31 + height))
    let pixels = (0..<width * height * format.channels).map { index -> UInt8 in
      let row = index / (width * format.channels)
      return row % 3 == 0
        ? .random(in: 0...255, using: &random) : UInt8(truncatingIfNeeded: index * (row % 5) + row * row)
    }
    return try Image(width: width, height: height, format: format, pixels: pixels)
  }

  private static func stored(_ bytes: [UInt8], width: Int, channels: Int) throws -> [UInt8] {
    let stream = try #require(PNGChunks.data("IDAT", in: bytes))
    var buffer = ic_buffer()
    defer { ic_buffer_free(&buffer) }
    let status = stream.withUnsafeBufferPointer {
      ic_inflate(ic_span(bytes: $0.baseAddress, count: $0.count), 1 << 26, &buffer)
    }
    #expect(status == IC_OK)
    let rows = Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.count))
    return PNGChunks.unfiltered(rows, rowBytes: width * channels, pixelBytes: channels)
  }

  @Test(arguments: PixelFormat.allCases, PNGCompression.allCases)
  func everyByteComesBack(format: PixelFormat, compression: PNGCompression) throws {
    for (width, height) in [(1, 1), (3, 1), (1, 9), (37, 21), (200, 150)] {
      let image = try Self.picture(width, height, format)
      let bytes = try image.pngData(compression: compression)
      #expect(try Self.stored(bytes, width: width, channels: format.channels) == image.pixels, "\(width)x\(height)")
      #expect(PNGChunks.data("IEND", in: bytes) == [])
    }
  }

  @Test func theDecoderReadsItBack() throws {
    let image = try Self.picture(61, 43, .rgb)
    #expect(try Image.decode(image.pngData()) == image)
  }

  @Test func dataLongerThanAChunkIsSplit() throws {
    var random = DamageSequence(state: 1)
    let pixels = (0..<600 * 300 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    let image = try Image(width: 600, height: 300, format: .rgb, pixels: pixels)
    let bytes = try image.pngData()
    #expect(bytes.count > 540_000)
    #expect(try Image.decode(bytes) == image)
  }

  @Test func flatPicturesTakeFewBytes() throws {
    let image = try Image(width: 1000, height: 1000, format: .rgb, pixels: [UInt8](repeating: 77, count: 3_000_000))
    #expect(try image.pngData().count < 20_000)
  }
}
