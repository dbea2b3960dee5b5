import Imaging
import Testing

@Suite struct ImageLimitsTests {
  private static func pngHeader(_ width: UInt32, _ height: UInt32) -> [UInt8] {
    func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    let bytes: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8) + big(width) + big(height)
      + [8, 2, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0] + Array("IDAT".utf8) + [0, 0, 0, 0]
    return PNGChunks.repaired(bytes)
  }

  @Test(arguments: [(100_000, 100_000), (13_378, 13_377), (1_000_001, 1), (1, .max)] as [(UInt32, UInt32)])
  func hugeHeadersAreRefusedBeforeAnythingIsAllocated(width: UInt32, height: UInt32) {
    let error = #expect(throws: ImageError.self) { try Image.decode(Self.pngHeader(width, height)) }
    #expect(error?.code == "image.too_large")
  }

  @Test func theLargestPictureIsOnlyShort() {
    // 178,956,970 pixels pass the gate; then the data is missing.
    let error = #expect(throws: ImageError.self) { try Image.decode(Self.pngHeader(178_970, 999)) }
    #expect(error?.code == "image.truncated")
  }

  @Test func pixelsFileBytesAndSidesHaveTheirOwnLimits() throws {
    let bytes = try Image(width: 6, height: 4, format: .rgb, pixels: [UInt8](repeating: 9, count: 72)).pngData()
    let limits: [(ImageLimits, Int)] = [
      (ImageLimits(maximumPixels: 23), 23), (ImageLimits(maximumSide: 5), 5),
      (ImageLimits(maximumFileBytes: bytes.count - 1), bytes.count - 1),
    ]
    for (limits, limit) in limits {
      let error = #expect(throws: ImageError.self) { try Image.decode(bytes, limits: limits) }
      guard case .tooLarge(_, limit) = error else {
        Issue.record("\(String(describing: error)), expected the limit \(limit)")
        continue
      }
    }
    let enough = ImageLimits(maximumPixels: 24, maximumSide: 6, maximumFileBytes: bytes.count)
    #expect(try Image.decode(bytes, limits: enough).width == 6)
  }

  /// One whose bytes no `Int` counts, and one that no address space holds.
  @Test(arguments: [1 << 30, 1 << 22] as [UInt32])
  func unlimitedPicturesThatNoMemoryHoldsAreAnError(height: UInt32) {
    let limits = ImageLimits(maximumPixels: .max, maximumSide: .max)
    let error = #expect(throws: ImageError.self) { try Image.decode(Self.pngHeader(.max, height), limits: limits) }
    #expect(error?.code == "image.memory")
  }

  @Test func compressedTextIsLimited() throws {
    let bytes = try CodecGolden("png_metadata").bytes("profile")
    #expect(throws: ImageError.tooLarge("a PNG text chunk of more bytes", limit: 10)) {
      try Image.decode(bytes, limits: ImageLimits(maximumTextBytes: 10))
    }
    #expect(try Image.decode(bytes, limits: ImageLimits(maximumTextBytes: 100)).width == 2)
  }
}
