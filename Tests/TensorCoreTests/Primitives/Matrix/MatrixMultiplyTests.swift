import TensorCore
import TestSupport
import Testing

@Suite struct MatrixMultiplyTests {
  private struct Case: Decodable {
    let left: [Int], right: [Int], transposeA: Bool, transposeB: Bool
  }

  @Test func twoByTwo() throws {
    let a = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2]), b = try Tensor([5, 6, 7, 8] as [Float], shape: [2, 2])
    #expect(try a.matmul(b).floats() == [19, 22, 43, 50])
    #expect(try a.matmul(b, transposeA: true).floats() == [26, 30, 38, 44])
    #expect(try a.matmul(b, transposeB: true).floats() == [17, 23, 39, 53])
    #expect(try a.matmul(b, transposeA: true, transposeB: true).floats() == [23, 31, 34, 46])
  }

  @Test func oneAxisTensorsAreRowsAndColumns() throws {
    let a = try Tensor([1, 2, 3] as [Float], shape: [3]), b = try Tensor([4, 5, 6] as [Float], shape: [3])
    let dot = try a.matmul(b)
    #expect(dot.shape == [])
    #expect(try dot.floats() == [32])
  }

  @Test func agreesWithNumPy() throws {
    let golden = try Golden("matmul")
    for (index, c) in try golden.cases(Case.self).enumerated() {
      let left = try Formula.tensor(c.left, seed: UInt32(3 * index))
      let right = try Formula.tensor(c.right, seed: UInt32(3 * index + 1))
      let result = try left.matmul(right, transposeA: c.transposeA, transposeB: c.transposeB)
      try expectClose(result, golden["\(index)"], .accumulated, "case \(index) \(c)")
    }
  }

  @Test func emptyMatrices() throws {
    #expect(try Tensor.zeros([0, 3]).matmul(.zeros([3, 4])).shape == [0, 4])
    #expect(try Tensor.zeros([2, 0, 5]).matmul(.zeros([5, 4])).shape == [2, 0, 4])
    // A sum of no terms is zero.
    #expect(try Tensor.zeros([2, 0]).matmul(.zeros([0, 3])).floats() == [0, 0, 0, 0, 0, 0])
    #expect(try Tensor.zeros([9, 0]).matmul(.zeros([7, 0]), transposeB: true).floats().allSatisfy { $0 == 0 })
  }

  @Test func sizesThatDoNotFitAreNamed() throws {
    let error = try #require(throws: ShapeError.self) { try Tensor.zeros([2, 3]).matmul(.zeros([4, 5])) }
    #expect(
      error.description == "matmul: the left matrix has 3 columns, the right one 4 rows (shapes [2, 3], [4, 5])")
    #expect(throws: ShapeError.self) { try Tensor.zeros([2, 2, 3]).matmul(.zeros([3, 3, 4])) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([]).matmul(.zeros([3])) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([2, 2], dtype: .int64).matmul(.zeros([2, 2])) }
  }
}
