import Foundation
import Imaging
import Support
import TestSupport
import Testing

@Suite struct ImageDecodeTests {
  private static func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("decode-\(UUID().uuidString)").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func filesAreReadByContentWhateverTheirName() throws {
    let image = try Image(width: 2, height: 1, format: .rgb, pixels: [1, 2, 3, 4, 5, 6])
    try Self.withFile(image.pngData()) { path throws in
      #expect(try Image.read(path: path) == image)
      #expect(try Image.information(path: path).format == .png)
    }
  }

  @Test func missingFilesAndFoldersAreFileErrors() throws {
    #expect(throws: FileError.self) { try Image.read(path: "/nowhere/at all.png") }
    #expect(throws: FileError.self) { try Image.read(path: FileManager.default.temporaryDirectory.path) }
    try Self.withFile([1, 2, 3]) { path throws in
      #expect(throws: FileError.tooLarge(path: path, bytes: 3, limit: 2)) {
        try Image.read(path: path, limits: ImageLimits(maximumFileBytes: 2))
      }
    }
  }

  @Test func emptyFilesAndTextAreImageErrors() throws {
    try Self.withFile([]) { path in _ = #expect(throws: ImageError.empty) { try Image.read(path: path) } }
    try Self.withFile(Array("text".utf8)) { path in
      #expect(throws: ImageError.notAnImage) { try Image.read(path: path) }
    }
  }

  /// Photos, libjpeg-turbo's test images, a portrait in all orientations.
  @Test(.enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder"))
  func realPicturesGivePillowsBytes() throws {
    let folder = try #require(TestData.folder)
    for item in try CodecGolden("real").cases {
      do {
        let image = try Image.read(path: folder + "/" + item.name)
        #expect(item.isTaken, "\(item.name) is refused by Pillow")
        item.expect(image)
      } catch let error as ImageError {
        #expect(!item.isTaken && error.code == "image.unsupported", "\(item.name): \(error)")
      }
    }
  }
}
