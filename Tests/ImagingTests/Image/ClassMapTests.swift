import Imaging
import Testing

@Suite struct ClassMapTests {
  /// Pascal VOC's colours as its development kit lists them.
  @Test(
    arguments: [
      (0, 0, 0, 0), (1, 128, 0, 0), (2, 0, 128, 0), (3, 128, 128, 0), (4, 0, 0, 128), (7, 128, 128, 128), (8, 64, 0, 0),
      (15, 192, 128, 128), (20, 0, 64, 128), (255, 224, 224, 192),
    ])
  func vocPalette(index: Int, red: UInt8, green: UInt8, blue: UInt8) {
    #expect(IndexedImage.vocPalette.count == 256)
    #expect(IndexedImage.vocPalette[index] == IndexedImage.Color(red: red, green: green, blue: blue))
  }

  @Test func countsPixels() throws {
    let map = try ClassMap(width: 3, height: 2, classes: [0, 2, 2, 255, 2, 0])
    #expect(
      map.pixelCounts.enumerated().filter { $0.element > 0 }.map { [$0.offset, $0.element] } == [
        [0, 2], [2, 3], [255, 1],
      ])
    #expect(throws: ImageError.self) { try ClassMap(width: 3, height: 2, classes: [0]) }
    #expect(throws: ImageError.self) { try ClassMap(width: 0, height: 2, classes: []) }
  }

  private static func gray(_ width: Int, _ height: Int) throws -> Image {
    try Image(width: width, height: height, format: .gray, pixels: Array(repeating: 100, count: width * height))
  }

  @Test func tintsAllButTheBackground() throws {
    // 20 columns of the background, 60 of class 3; the picture's own edge is no border.
    let map = try ClassMap(width: 80, height: 40, classes: (0..<3200).map { $0 % 80 < 20 ? 0 : 3 })
    let style = AnnotationStyle(lineWidth: 4, textSize: 12)
    let drawn = try Self.gray(80, 40).drawing(map, labels: ["", "", "", ""], opacity: 0.5, style: style)
    func pixel(_ x: Int, _ y: Int) -> [Int] { (0..<3).map { Int(drawn.pixels[3 * (y * 80 + x) + $0]) } }
    let color = Color.ofClass(3)
    func mixed(_ share: Float) -> [Int] {
      [color.red, color.green, color.blue].map { Int(100 + (Float($0) - 100) * share + 0.5) }
    }
    #expect(pixel(0, 0) == [100, 100, 100] && pixel(19, 20) == [100, 100, 100])
    #expect(pixel(20, 20) == mixed(0.9) && pixel(21, 20) == mixed(0.9))
    #expect(pixel(22, 20) == mixed(0.5) && pixel(79, 39) == mixed(0.5))
    let whole = try Self.gray(80, 40).drawing(map, labels: [], background: nil, opacity: 0.5, style: style)
    #expect(Array(whole.pixels[0..<3]) != [100, 100, 100])
  }

  @Test func labelsStandInTheirRegions() throws {
    let map = try ClassMap(width: 120, height: 60, classes: (0..<7200).map { $0 % 120 < 60 ? 0 : 1 })
    let picture = try Self.gray(120, 60)
    let bare = try picture.drawing(map, labels: ["", ""], opacity: 0.5)
    let named = try picture.drawing(map, labels: ["", "cat"], opacity: 0.5)
    let changed = (0..<7200).filter { bare.pixels[3 * $0..<3 * $0 + 3] != named.pixels[3 * $0..<3 * $0 + 3] }
    #expect(!changed.isEmpty && changed.allSatisfy { $0 % 120 >= 60 })
    #expect(try picture.drawing(map, labels: ["", "cat"], opacity: 0) == picture.converted(to: .rgb))
  }

  @Test func anotherSizeIsRefused() throws {
    let map = try ClassMap(width: 2, height: 1, classes: [0, 1])
    #expect(throws: ImageError.self) { try Self.gray(1, 2).drawing(map, labels: []) }
  }
}
