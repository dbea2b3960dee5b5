import Imaging
import TestSupport
import Testing

@Suite struct ImageResizedTests {
  struct Case: Decodable {
    let key: String, format: String, filter: String, source: [Int], target: [Int], seed: UInt32
  }

  @Test func everyFilterGivesTheBytesOfPillowAndOpenCV() throws {
    let golden = try Golden("resize")
    let cases = try golden.cases(Case.self)
    #expect(cases.count > 100)
    for item in cases {
      let format = try #require(PixelFormat(rawValue: item.format))
      let filter = try #require(ResizeFilter(rawValue: item.filter))
      let image = try FormulaImage.make(item.source[0], item.source[1], format, seed: item.seed)
      let resized = try image.resized(width: item.target[0], height: item.target[1], filter: filter)
      #expect(resized.width == item.target[0] && resized.height == item.target[1] && resized.format == format)
      let expected = try golden[item.key].bytes()
      let wrong = zip(resized.pixels, expected).enumerated().first { $0.element.0 != $0.element.1 }
      #expect(wrong == nil, "\(item): byte \(wrong?.offset ?? 0), (got, expected) = \(wrong?.element ?? (0, 0))")
    }
  }

  @Test func halvesAreMeansByHand() throws {
    let image = try Image(width: 4, height: 2, format: .gray, pixels: [0, 1, 10, 20, 1, 1, 30, 41])
    #expect(try image.resized(width: 2, height: 1, filter: .opencvBilinear).pixels == [1, 25])
    #expect(try image.resized(width: 2, height: 1, filter: .box).pixels == [1, 26])
  }

  @Test func darknetAlignsCorners() throws {
    let image = try Image(width: 2, height: 2, format: .gray, pixels: [0, 100, 200, 50])
    let resized = try image.resized(width: 3, height: 3, filter: .darknetBilinear)
    #expect(resized.pixels == [0, 50, 100, 100, 88, 75, 200, 125, 50])
    #expect(try image.resized(width: 1, height: 1, filter: .darknetBilinear).pixels == [50])
  }

  @Test(arguments: ResizeFilter.allCases)
  func aFlatPictureStaysFlat(filter: ResizeFilter) throws {
    let image = try Image(width: 19, height: 7, format: .rgb, pixels: Array(repeating: 201, count: 19 * 21))
    for (width, height) in [(5, 60), (70, 2), (19, 8), (1, 1)] {
      let resized = try image.resized(width: width, height: height, filter: filter)
      #expect(resized.pixels.allSatisfy { $0 == 201 })
    }
  }

  @Test(arguments: [(0, 1), (1, -5), (Int.max, Int.max), (1 << 20, 1 << 20), (Int.min, 3)])
  func impossibleSizesAreRefused(width: Int, height: Int) throws {
    let image = try Image(width: 1, height: 1, format: .gray, pixels: [1])
    #expect(throws: ImageError.self) { try image.resized(width: width, height: height, filter: .bilinear) }
  }
}
