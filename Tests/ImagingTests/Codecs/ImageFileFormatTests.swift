import Imaging
import Testing

@Suite struct ImageFileFormatTests {
  private static func recognize(_ bytes: [UInt8]) throws -> ImageFileFormat {
    try bytes.withUnsafeBytes { try ImageFileFormat.recognize($0) }
  }

  @Test func contentDecides() throws {
    #expect(try Self.recognize([0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
    #expect(try Self.recognize([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]) == .png)
  }

  @Test(arguments: [
    ("GIF89a....", "GIF"), ("RIFF1234WEBPVP8 ", "WebP"), ("II*\0\u{8}\0\0\0", "TIFF"), ("MM\0*\0\0\0\u{8}", "TIFF"),
    ("BM" + String(repeating: "\0", count: 60), "BMP"), ("\0\0\0\u{18}ftypavif", "AVIF"),
    ("\0\0\0\u{18}ftypheic", "HEIF"),
    ("\0\0\0\u{0C}jP  \r\n", "JPEG 2000"), ("8BPS\0\u{1}", "Photoshop"), ("P6\n1 1\n255\nabc", "netpbm"),
    ("%PDF-1.7", "PDF"),
  ])
  func otherKindsAreRefusedByName(text: String, name: String) {
    #expect(throws: ImageError.unsupported("a \(name) file")) { try Self.recognize(Array(text.utf8)) }
  }

  @Test func theRestIsNoPicture() {
    #expect(throws: ImageError.empty) { try Self.recognize([]) }
    #expect(throws: ImageError.notAnImage) { try Self.recognize(Array("hello\n".utf8)) }
    #expect(throws: ImageError.notAnImage) { try Self.recognize([0xFF, 0xD8, 0x00]) }
    #expect(throws: ImageError.notAnImage) { try Self.recognize(Array("Pxyz".utf8)) }
    for cut in [[0xFF, 0xD8], [0x89, 0x50, 0x4E]] as [[UInt8]] {
      let error = #expect(throws: ImageError.self) { try Self.recognize(cut) }
      #expect(error?.code == "image.truncated")
    }
  }
}
