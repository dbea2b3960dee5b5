import Augmentation
import Imaging
import TensorCore
import Testing

@Suite struct PreparedImageTests {
  private static func prepared(_ width: Int, _ height: Int, _ value: UInt8) throws -> PreparedImage {
    let image = try Image(
      width: width, height: height, format: .rgb, pixels: [UInt8](repeating: value, count: 3 * width * height))
    return try InputContract(size: nil, fit: .none, scale: 1).prepare(image)
  }

  @Test func imagesOfOneSizeMakeABatch() throws {
    let batch = try Tensor(batch: [Self.prepared(2, 1, 7), Self.prepared(2, 1, 9)])
    #expect(batch.shape == [2, 3, 1, 2])
    #expect(try batch.floats() == [Float](repeating: 7, count: 6) + [Float](repeating: 9, count: 6))
  }

  @Test func differentSizesAndNoneAreRefused() throws {
    let images = [try Self.prepared(2, 1, 0), try Self.prepared(1, 2, 0)]
    #expect(throws: ShapeError(.shape, "batch", "images of different sizes", shapes: [3, 1, 2], [3, 2, 1])) {
      try Tensor(batch: images)
    }
    #expect(throws: ShapeError.self) { try Tensor(batch: []) }
  }
}
