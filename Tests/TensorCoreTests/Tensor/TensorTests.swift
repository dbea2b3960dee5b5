import TensorCore
import Testing

@Suite struct TensorTests {
  @Test func valuesComeBack() throws {
    let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(try tensor.floats() == [1, 2, 3, 4, 5, 6])
  }

  @Test func wrongCountsNamesBothNumbers() {
    #expect(throws: ShapeError(.shape, "tensor", "3 values for shape [2, 2], which has 4")) {
      try Tensor([1, 2, 3] as [Float], shape: [2, 2])
    }
  }

  @Test(arguments: [[Int.max, 2], [-1], [1 << 40, 1 << 40, 0]])
  func impossibleShapesAreRefused(shape: [Int]) {
    #expect(throws: ShapeError.self) { try Tensor.zeros(shape) }
  }
}
