import Imaging
import Testing

@Suite struct ImageSizeTests {
  // Expected: torchvision.transforms.functional._compute_resized_output_size, 0.29.
  @Test(
    arguments: [
      (640, 480, 256, nil, 341, 256), (480, 640, 256, nil, 256, 341), (333, 500, 224, nil, 224, 336),
      (500, 500, 7, nil, 7, 7),
      (1000, 10, 5, nil, 500, 5), (1333, 800, 800, 1000, 1000, 600), (640, 427, 800, 1333, 1199, 800),
      (4000, 1000, 800, 1333, 1333, 333),
    ] as [(Int, Int, Int, Int?, Int, Int)])
  func theShorterSideIsTorchvisions(width: Int, height: Int, side: Int, longest: Int?, newWidth: Int, newHeight: Int) {
    let size = ImageSize(width: width, height: height).scaled(shortestSide: side, longestSide: longest)
    #expect(size == ImageSize(width: newWidth, height: newHeight))
  }

  @Test func theLongerSide() {
    #expect(ImageSize(width: 640, height: 480).scaled(longestSide: 100) == ImageSize(width: 100, height: 75))
    #expect(ImageSize(width: 3, height: 1000).scaled(longestSide: 50) == ImageSize(width: 1, height: 50))
  }
}
