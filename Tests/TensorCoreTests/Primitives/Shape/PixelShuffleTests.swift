import TensorCore
import TestSupport
import Testing

@Suite struct PixelShuffleTests {
  @Test func channelsBecomePixels() throws {
    let x = try Tensor([1, 2, 3, 4] as [Float], shape: [4, 1, 1])
    #expect(try x.pixelShuffle(2).floats() == [1, 2, 3, 4])
    #expect(try x.pixelShuffle(2).shape == [1, 2, 2])
    #expect(try x.pixelShuffle(2).pixelUnshuffle(2).shape == [4, 1, 1])
  }

  @Test func errorsNameTheShape() {
    #expect(throws: ShapeError(.shape, "pixelShuffle", "channels are no multiple of 2 * 2 (shapes [6, 1, 1])")) {
      try Tensor.zeros([6, 1, 1]).pixelShuffle(2)
    }
    #expect(throws: ShapeError(.shape, "pixelUnshuffle", "height or width is no multiple of 2 (shapes [1, 2, 3])")) {
      try Tensor.zeros([1, 2, 3]).pixelUnshuffle(2)
    }
    for factor in [0, -1, Int.max, Int.min, 3_000_000_000] {
      for shape in [[4, 2, 2], [0, 2, 2], [2, 0, 0], [2, 2]] {
        #expect(throws: ShapeError.self) { try Tensor.zeros(shape).pixelShuffle(factor) }
        #expect(throws: ShapeError.self) { try Tensor.zeros(shape).pixelUnshuffle(factor) }
      }
    }
  }
}
