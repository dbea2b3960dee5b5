import Imaging
import Testing

@Suite struct ImageTests {
  @Test(arguments: [(0, 1), (1, -1), (Int.max, 2), (2, 2)])
  func sizesThatDoNotFitAreRefused(width: Int, height: Int) {
    #expect(throws: ImageError.self) { try Image(width: width, height: height, format: .rgb, pixels: [1, 2, 3]) }
  }
}
