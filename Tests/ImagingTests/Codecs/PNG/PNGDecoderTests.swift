import Imaging
import Testing

@Suite struct PNGDecoderTests {
  /// Every colour type, depth, filter and interlace, with transparency, gamma and significant bits.
  @Test func everyKindGivesPillowsBytes() throws { try CodecGolden("png").expectPillowsPictures() }

  @Test func whatPillowToleratesIsTolerated() throws { try CodecGolden("damaged_png").expectPillowsPictures() }

  /// eXIf, raw profiles, XMP, before and after the image data; APNG.
  @Test func metadataTurnsAsPillowTurns() throws { try CodecGolden("png_metadata").expectPillowsPictures() }

  @Test func prefixesAreTakenWherePillowTakesThem() throws {
    let golden = try CodecGolden("prefixes")
    let whole = try golden.bytes("png"), taken = try golden.bytes("png.taken")
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
    ("chunk_checksum", "image.damaged", "tEXt"), ("palette_257", "image.damaged", "257"),
    ("unknown_0_3", "image.damaged", "3 bits"), ("filter_method_1", "image.damaged", "filter method 1"),
    ("stream_within_row", "image.truncated", "last row"), ("stream_garbage", "image.damaged", "compressed"),
    ("row_filter_5", "image.damaged", "compressed"), ("zero_height", "image.size", "5x0"),
    ("chunk_misnamed", "image.damaged", "chunk"), ("header_only", "image.truncated", "image data"),
    ("stream_dictionary", "image.damaged", "compressed"),
  ])
  func refusalsSayWhy(name: String, code: String, words: String) throws {
    let bytes = try CodecGolden("damaged_png").bytes(name)
    let error = #expect(throws: ImageError.self) { try Image.decode(bytes) }
    #expect(error?.code == code)
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func damageIsHarmless() throws {
    try expectDamageIsHarmless(CodecGolden("prefixes").bytes("png"), copies: 1000)
  }

  /// With every chunk's checksum made right again, so that the damage reaches the code behind it.
  @Test(arguments: ["color3_4_11x9_1", "color6_16_11x9_0", "color2_8_chunks", "color0_1_11x9_1"])
  func damageBehindChecksumsIsHarmless(name: String) throws {
    try expectDamageIsHarmless(CodecGolden("png").bytes(name), copies: 1500, repairing: PNGChunks.repaired)
  }

  @Test(arguments: ["profile", "xmp_z", "exif_6", "apng"])
  func damagedMetadataIsHarmless(name: String) throws {
    try expectDamageIsHarmless(CodecGolden("png_metadata").bytes(name), copies: 1500, repairing: PNGChunks.repaired)
  }
}
