import Imaging
import Testing

@Suite struct ImageInformationTests {
  private static func information(_ bytes: [UInt8]) throws -> ImageInformation {
    try bytes.withUnsafeBytes { try Image.information(of: $0) }
  }

  @Test(
    arguments: [
      ("jpeg", "grey_37x21", 37, 21, 8, .gray), ("jpeg", "progressive_4:2:0_37x21", 37, 21, 8, .rgb),
      ("jpeg", "cmyk_37x21", 37, 21, 8, .cmyk), ("png", "color0_16_11x9_1", 11, 9, 16, .gray),
      ("png", "color3_2_11x9_0", 11, 9, 2, .palette), ("png", "color4_8_11x9_0", 11, 9, 8, .grayAlpha),
      ("png", "color6_16_11x9_0", 11, 9, 16, .rgba), ("png", "color2_8_11x9_0", 11, 9, 8, .rgb),
    ] as [(String, String, Int, Int, Int, ImageInformation.Mode)])
  func headersSayWhatTheFileHolds(
    golden: String, name: String, width: Int, height: Int, bitDepth: Int, mode: ImageInformation.Mode
  ) throws {
    let information = try Self.information(CodecGolden(golden).bytes(name))
    #expect(information.width == width && information.height == height)
    #expect(information.bitDepth == bitDepth && information.mode == mode)
    #expect(information.format.rawValue == golden && information.orientation == .upright)
  }

  /// The size must be that of the decoded picture for every file, turned ones among them.
  @Test(arguments: ["jpeg", "png", "orientation", "png_metadata"])
  func sizesAreUpright(golden: String) throws {
    let golden = try CodecGolden(golden)
    for item in golden.cases where item.isTaken {
      let information = try Self.information(golden.bytes(item.name))
      #expect(information.width == item.width && information.height == item.height, "\(item.name)")
    }
  }

  @Test func faultsAreErrors() throws {
    #expect(throws: ImageError.empty) { try Self.information([]) }
    #expect(throws: ImageError.notAnImage) { try Self.information([1, 2, 3, 4]) }
    let damaged = try CodecGolden("damaged_png")
    #expect(throws: ImageError.self) { try Self.information(damaged.bytes("zero_width")) }
    #expect(throws: ImageError.self) { try Self.information(damaged.bytes("unknown_5_8")) }
    #expect(throws: ImageError.self) { try Self.information([0xFF, 0xD8, 0xFF, 0xD9]) }
  }
}
