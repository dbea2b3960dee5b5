import Imaging
import Testing

@Suite struct JPEGDecoderTests {
  /// Sampling factors, progressive, grey, CMYK, YCCK, RGB, restarts, arithmetic coding, separate scans, MPO.
  @Test func everyKindGivesPillowsBytes() throws { try CodecGolden("jpeg").expectPillowsPictures() }

  @Test func whatPillowToleratesIsTolerated() throws { try CodecGolden("damaged_jpeg").expectPillowsPictures() }

  @Test(arguments: ["jpeg", "progressive", "restart"])
  func prefixesAreTakenWherePillowTakesThem(name: String) throws {
    let golden = try CodecGolden("prefixes")
    let whole = try golden.bytes(name), taken = try golden.bytes(name + ".taken")
    let picture = try Image.decode(whole)
    for length in 0...whole.count {
      let prefix = Array(whole[..<length])
      if taken[length] == 1 {
        #expect(try Image.decode(prefix) == picture, "\(length) of \(whole.count) bytes")
      } else {
        let error = #expect(throws: ImageError.self, "\(length) of \(whole.count) bytes") { try Image.decode(prefix) }
        #expect(error?.code == (length == 0 ? "image.empty" : "image.truncated"), "\(length) of \(whole.count) bytes")
      }
    }
  }

  @Test(arguments: [
    ("twelve_bits", "image.unsupported", "12-bit"), ("lossless", "image.unsupported", "lossless"),
    ("no_quantization", "image.damaged", "uantization"),
    ("no_scan", "image.truncated", "ends"), ("zero_width", "image.size", "0x21"),
  ])
  func refusalsSayWhy(name: String, code: String, words: String) throws {
    let bytes = try CodecGolden("damaged_jpeg").bytes(name)
    let error = #expect(throws: ImageError.self) { try Image.decode(bytes) }
    #expect(error?.code == code)
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test(arguments: ["jpeg", "progressive", "restart"])
  func damageIsHarmless(name: String) throws {
    try expectDamageIsHarmless(CodecGolden("prefixes").bytes(name), copies: 1500)
  }

  @Test func arithmeticCodingSurvivesDamage() throws {
    try expectDamageIsHarmless(CodecGolden("jpeg").bytes("arithmetic_progressive"), copies: 500)
  }

  @Test func scansAreLimited() throws {
    // Pillow's progressive colour files have 10 scans.
    let bytes = try CodecGolden("jpeg").bytes("progressive_4:2:0_37x21")
    #expect(throws: ImageError.tooLarge("a JPEG of more scans", limit: 9)) {
      try Image.decode(bytes, limits: ImageLimits(maximumScans: 9))
    }
    #expect(try Image.decode(bytes, limits: ImageLimits(maximumScans: 10)).width == 37)
  }
}
