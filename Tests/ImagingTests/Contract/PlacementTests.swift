import Imaging
import Testing

@Suite struct PlacementTests {
  @Test func yoloxDividesByTheRatio() throws {
    let layout = try InputContract.yolox(ImageSize(width: 416, height: 416)).layout(
      for: ImageSize(width: 768, height: 576))
    #expect(layout.resized == ImageSize(width: 416, height: 312))
    #expect(layout.offsetX == 0 && layout.offsetY == 0)
    let box = layout.placement.original(Box(x1: 0, y1: 0, x2: 416, y2: 312))
    #expect(abs(box.x2 - 768) < 1e-3 && abs(box.y2 - 576) < 1e-3)
  }

  @Test func darknetStandsInTheMiddle() throws {
    let layout = try InputContract.darknet(ImageSize(width: 320, height: 320)).layout(
      for: ImageSize(width: 773, height: 512))
    // 512 * 320 / 773 = 211.95, cut to 211; (320 - 211) / 2 = 54.
    #expect(layout.resized == ImageSize(width: 320, height: 211))
    #expect(layout.offsetX == 0 && layout.offsetY == 54)
    let box = layout.placement.original(Box(x1: 0, y1: 54, x2: 320, y2: 54 + 211))
    #expect(abs(box.x2 - 773) < 1e-3 && abs(box.y1) < 1e-3 && abs(box.y2 - 512) < 1e-3)
  }

  @Test func croppingIsUndone() throws {
    let layout = try InputContract.imageNet().layout(for: ImageSize(width: 640, height: 480))
    #expect(layout.resized == ImageSize(width: 341, height: 256))
    // (341 - 224) / 2 = 58.5, rounded to even.
    #expect(layout.offsetX == -58 && layout.offsetY == -16)
    let box = Box(x1: 100, y1: 50, x2: 300.5, y2: 200)
    let back = layout.placement.original(layout.placement.network(box))
    #expect(abs(back.x1 - box.x1) < 1e-3 && abs(back.y2 - box.y2) < 1e-3)
  }

  @Test(arguments: [(1, 100_000), (100_000, 1), (1, 1)])
  func extremeProportionsKeepAPixel(width: Int, height: Int) throws {
    for contract in [
      try InputContract.yolox(ImageSize(width: 64, height: 32)), try .darknet(ImageSize(width: 64, height: 32)),
    ] {
      let layout = try contract.layout(for: ImageSize(width: width, height: height))
      #expect(layout.resized.width >= 1 && layout.resized.height >= 1)
      #expect(layout.resized.width <= 64 && layout.resized.height <= 32)
    }
  }
}
