import Detection
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct RegionPoolerTests {
  @Test func equalsTorchvisions() throws {
    let golden = try Golden("regions"), boxes = try golden["boxes"]
    let levels = try (0..<4).map {
      try Formula.tensor([1, 2, 512 >> ($0 + 2), 640 >> ($0 + 2)], seed: 30 + UInt32($0))
    }
    let pooled = try MultiScaleRoIAlign(outputSize: [3, 3], levelCount: 4)(
      levels, regions: boxes, image: ImageSize(width: 640, height: 512))
    try expectClose(pooled, golden["pooled"], .accumulated)
    // As a pyramid over MobileNetV3: both levels at 1/32, so that all come from the first.
    let same = try (0..<2).map { try Formula.tensor([1, 2, 10, 13], seed: 40 + UInt32($0)) }
    let odd = try MultiScaleRoIAlign(outputSize: [3, 3], levelCount: 2)(
      same, regions: boxes * 0.5, image: ImageSize(width: 401, height: 319))
    try expectClose(odd, golden["odd"], .accumulated)
  }

  @Test func regionsGoToTorchvisionsLevels() throws {
    let golden = try Golden("regions"), sides = try golden["sides"].floats()
    let boxes = try Tensor(sides.flatMap { [0, 0, $0, $0] }, shape: [sides.count, 4])
    #expect(try MultiScaleRoIAlign.levels(of: boxes, from: 2, count: 4) == golden["mapped"].integers())
  }

  /// A region that ends before it begins, or is none, is read from some level all the same.
  @Test func strangeRegionsHaveALevel() throws {
    let values: [Float] = [5, 5, 5, 5, 9, 9, 3, 20, .nan, 0, 1, 1, 0, 0, .infinity, 4]
    let found = try MultiScaleRoIAlign.levels(of: Tensor(values, shape: [4, 4]), from: 2, count: 4)
    #expect(found == [0, 0, 0, 3])
  }

  @Test func noRegionsGiveNoFeatures() throws {
    let levels = try [Tensor.zeros([1, 2, 8, 8]), .zeros([1, 2, 4, 4])], size = ImageSize(width: 32, height: 32)
    let none = try Tensor.zeros([0, 4])
    #expect(
      try MultiScaleRoIAlign(outputSize: [3, 3], levelCount: 2)(levels, regions: none, image: size).shape == [
        0, 2, 3, 3,
      ])
    #expect(
      try SingleScaleRoIPool(outputSize: [3, 3], scale: 0.25)(levels, regions: none, image: size).shape == [0, 2, 3, 3])
  }

  /// The largest of each quarter of the middle of 4x4 pixels that count from 0.
  @Test func poolsOneLevelByHand() throws {
    let level = try Tensor((0..<16).map(Float.init), shape: [1, 1, 4, 4])
    let pooled = try SingleScaleRoIPool(outputSize: [2, 2], scale: 1 / 16)(
      [level], regions: Tensor([0, 0, 48, 48] as [Float], shape: [1, 4]), image: ImageSize(width: 64, height: 64))
    #expect(try pooled.floats() == [5, 7, 13, 15])
  }
}
