import Detection
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct DetectionTransformTests {
  @Test func sizesEqualTorchvisions() throws {
    let golden = try Golden("transform")
    let cases = try golden["cases"].integers(), sizes = try golden["sizes"].integers()
    for index in 0..<sizes.count / 2 {
      let item = Array(cases[4 * index..<4 * index + 4])
      let transform = DetectionTransform(
        size: .bounded(shortest: item[2], longest: item[3]), mean: [0], standardDeviation: [1])
      let result = try transform(.zeros([1, 1, item[0], item[1]]))
      #expect([result.size.height, result.size.width] == Array(sizes[2 * index..<2 * index + 2]), "\(item)")
      #expect(result.tensor.shape.suffix(2).allSatisfy { $0 % 32 == 0 })
      #expect(result.tensor.shape[2] - result.size.height < 32 && result.tensor.shape[3] - result.size.width < 32)
    }
  }

  @Test func valuesAndPlacesEqualTorchvisions() throws {
    let golden = try Golden("transform")
    let image = try Formula.tensor([1, 3, 23, 31], seed: 7, scale: 0.5, offset: 0.5)
    let boxes = try formulaBoxes(5, seed: 8, middle: 12, spread: 8, side: 5)
    let points = try Formula.tensor([5, 2, 3], seed: 9, scale: 12, offset: 12)
    for (name, transform) in [
      ("bounded", DetectionTransform(size: .bounded(shortest: 40, longest: 50))),
      (
        "fixed",
        DetectionTransform(
          size: .fixed(ImageSize(width: 20, height: 30)), mean: [0.5, 0.4, 0.3],
          standardDeviation: [1 / 255, 1 / 255, 1 / 255], multipleOf: 1)
      ),
    ] {
      let result = try transform(image)
      try expectClose(result.tensor, golden[name], .accumulated, name)
      try expectClose(result.inTensor(boxes: boxes), golden[name + "_boxes"], .exact, name)
      try expectClose(result.inOriginal(boxes: boxes), golden[name + "_back"], .exact, name)
      try expectClose(result.inTensor(keypoints: points), golden[name + "_keypoints"], .exact, name)
      try expectClose(result.inOriginal(keypoints: points), golden[name + "_keypoints_back"], .exact, name)
    }
  }

  @Test func whatIsNoImageIsRefused() throws {
    let transform = DetectionTransform(size: .bounded(shortest: 800, longest: 1333))
    for shape in [[1, 4, 8, 8], [2, 3, 8, 8], [3, 8, 8], [1, 3, 0, 8]] {
      #expect(throws: ShapeError.self, "\(shape)") { try transform(.zeros(shape)) }
    }
    // Its shorter side would have no pixel.
    #expect(throws: ShapeError.self) { try transform(.zeros([1, 3, 1, 2000])) }
  }
}
