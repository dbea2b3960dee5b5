import TensorCore
import TestSupport
import Testing

@Suite struct TileTests {
  @Test func repeatsTheWhole() throws {
    let x = try Tensor([1, 2] as [Float], shape: [1, 2])
    #expect(try x.tile([2, 2]).floats() == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(try x.tile([2]).shape == [1, 4])
    #expect(try x.tile([3, 1, 1]).shape == [3, 1, 2])
    #expect(try x.tile([0, 2]).shape == [0, 4])
    #expect(try x.transpose(0, 1).tile([1, 2]).floats() == [1, 1, 2, 2])
    #expect(try x.tile([]).view.pointer == x.view.pointer)
  }

  @Test func errorsNameTheShape() {
    #expect(throws: ShapeError(.argument, "tile", "repeats [1, -1] (shapes [1, 2])")) {
      try Tensor.zeros([1, 2]).tile([-1])
    }
    for repeats in [[Int.max], [Int.max, Int.max], [Int.min, 1]] {
      #expect(throws: ShapeError.self) { try Tensor.zeros([1, 2]).tile(repeats) }
    }
  }
}
