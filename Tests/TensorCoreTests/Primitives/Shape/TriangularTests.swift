import TensorCore
import TestSupport
import Testing

@Suite struct TriangularTests {
  @Test func keepsATriangle() throws {
    let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(try x.tril().floats() == [1, 0, 0, 4, 5, 0])
    #expect(try x.triu().floats() == [1, 2, 3, 0, 5, 6])
    #expect(try x.tril(diagonal: 1).floats() == [1, 2, 0, 4, 5, 6])
    #expect(try x.triu(diagonal: Int.min).floats() == [1, 2, 3, 4, 5, 6])
    #expect(try x.triu(diagonal: Int.max).floats() == [0, 0, 0, 0, 0, 0])
    #expect(try x.tril(diagonal: Int.max).floats() == [1, 2, 3, 4, 5, 6])
  }

  @Test func errorsNameTheShape() {
    #expect(throws: ShapeError(.shape, "triangular", "needs at least 2 axes (shapes [3])")) {
      try Tensor.zeros([3]).tril()
    }
  }
}
