import TensorCore
import TestSupport
import Testing

@Suite struct ExpandTests {
  @Test func repeatsAxesOfSizeOne() throws {
    let column = try Tensor([1, 2] as [Float], shape: [2, 1])
    #expect(try column.expand(to: [2, 3]).floats() == [1, 1, 1, 2, 2, 2])
    #expect(try column.expand(to: [2, -1, 2]).floats() == [1, 1, 2, 2, 1, 1, 2, 2])
    #expect(try column.expand(to: [-1, 0]).shape == [2, 0])
    #expect(try Tensor(7).expand(to: [2, 1]).floats() == [7, 7])
    #expect(try column.expand(to: [1, 2, 1]).view.pointer == column.view.pointer)
  }

  @Test func errorsNameBothShapes() {
    #expect(throws: ShapeError(.shape, "expand", "only axes of size 1 can be repeated (shapes [2, 1], [3, 1])")) {
      try Tensor.zeros([2, 1]).expand(to: [3, 1])
    }
    #expect(throws: ShapeError(.shape, "expand", "only axes of size 1 can be repeated (shapes [2, 1], [2])")) {
      try Tensor.zeros([2, 1]).expand(to: [2])
    }
    for shape in [[Int.max, 2], [-1, 2, 1], [2, Int.min], [Int.max, Int.max, 2, 1]] {
      #expect(throws: ShapeError.self) { try Tensor.zeros([2, 1]).expand(to: shape) }
    }
  }
}
