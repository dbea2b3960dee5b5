import Imaging
import Testing

@Suite struct IndexedImageTests {
  private static let palette: [IndexedImage.Color] = [
    .init(red: 0, green: 0, blue: 0), .init(red: 128, green: 0, blue: 9), .init(red: 1, green: 2, blue: 3),
  ]

  @Test func pngDecodesToThePalettesColours() throws {
    let image = try IndexedImage(width: 3, height: 2, indices: [0, 1, 2, 2, 1, 1], palette: Self.palette)
    let decoded = try Image.decode(image.pngData())
    #expect(decoded.pixels == [0, 0, 0, 128, 0, 9, 1, 2, 3, 1, 2, 3, 128, 0, 9, 128, 0, 9])
    let information = try image.pngData().withUnsafeBytes { try Image.information(of: $0) }
    #expect(information.mode == .palette && information.bitDepth == 8)
  }

  @Test func sizesAndColoursThatDoNotFitAreRefused() {
    #expect(throws: ImageError.self) {
      try IndexedImage(width: 2, height: 2, indices: [0, 0, 0], palette: Self.palette)
    }
    #expect(throws: ImageError.self) { try IndexedImage(width: 1, height: 1, indices: [3], palette: Self.palette) }
    #expect(throws: ImageError.self) { try IndexedImage(width: 1, height: 1, indices: [0], palette: []) }
    #expect(throws: ImageError.self) { try IndexedImage(width: 0, height: 0, indices: [], palette: Self.palette) }
    #expect(throws: ImageError.self) {
      try IndexedImage(width: .max, height: 2, indices: [0], palette: Self.palette)
    }
  }
}
