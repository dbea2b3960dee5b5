import Imaging
import Testing

@Suite struct ImageJPEGTests {
  private struct Settings: Decodable {
    let name: String
    let width, height: Int
    let mode: String
    let quality: Int
    let sampling: JPEGSubsampling.RawValue
    let bytes: Int
    let crc: UInt32
  }

  /// libjpeg's files are the same bytes for the same settings, whoever calls it.
  @Test func filesArePillowsByteForByte() throws {
    let golden = try CodecGolden("encoded_jpeg")
    let all = try golden.cases(as: Settings.self)
    #expect(all.count == 90)
    for settings in all {
      let pixels = try golden.bytes(settings.name)
      let image = try Image(
        width: settings.width, height: settings.height, format: settings.mode == "L" ? .gray : .rgb, pixels: pixels)
      let sampling = try #require(JPEGSubsampling(rawValue: settings.sampling))
      let bytes = try image.jpegData(quality: settings.quality, subsampling: sampling)
      #expect(bytes.count == settings.bytes && crc32(bytes) == settings.crc, "\(settings)")
    }
  }

  @Test func alphaIsDropped() throws {
    let rgb: [UInt8] = (0..<48).map { UInt8($0 * 5) }
    let rgba = stride(from: 0, to: 48, by: 3).flatMap { (at: Int) -> [UInt8] in rgb[at..<at + 3] + [UInt8(at)] }
    let opaque = try Image(width: 4, height: 4, format: .rgb, pixels: rgb)
    let transparent = try Image(width: 4, height: 4, format: .rgba, pixels: rgba)
    #expect(try transparent.jpegData() == opaque.jpegData())
  }

  @Test func qualityIsBroughtIntoItsRange() throws {
    let image = try Image(width: 2, height: 2, format: .gray, pixels: [0, 90, 180, 255])
    #expect(try image.jpegData(quality: -5) == image.jpegData(quality: 1))
    #expect(try image.jpegData(quality: 900) == image.jpegData(quality: 100))
  }

  @Test func sidesPastTheFormatAreRefused() throws {
    let image = try Image(width: 65_501, height: 1, format: .gray, pixels: [UInt8](repeating: 0, count: 65_501))
    let error = #expect(throws: ImageError.self) { try image.jpegData() }
    #expect(error?.code == "image.size")
  }
}
