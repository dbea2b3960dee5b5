import TensorCore
import TestSupport
import Testing

@Suite struct RollTests {
  @Test func movesAround() throws {
    let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(try x.roll([1], axes: [1]).floats() == [3, 1, 2, 6, 4, 5])
    #expect(try x.roll([-1, 1], axes: [-1, 0]).floats() == [5, 6, 4, 2, 3, 1])
    #expect(try x.roll([1, 1], axes: [1, 1]).floats() == [2, 3, 1, 5, 6, 4])
    #expect(try x.roll([Int.min, Int.max], axes: [0, 0]).floats() == [4, 5, 6, 1, 2, 3])
    #expect(try x.roll([], axes: []).floats() == [1, 2, 3, 4, 5, 6])
  }

  @Test func errorsNameTheShape() {
    #expect(throws: ShapeError(.argument, "roll", "1 shifts for 2 axes (shapes [2, 3])")) {
      try Tensor.zeros([2, 3]).roll([1], axes: [0, 1])
    }
    #expect(throws: ShapeError(.argument, "roll", "axis 2 is out of range for shape [2, 3]")) {
      try Tensor.zeros([2, 3]).roll([1], axes: [2])
    }
  }
}
