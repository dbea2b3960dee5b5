import TensorCore
import TestSupport
import Testing

@Suite struct CumulativeSumTests {
  @Test func sumsRunAlongTheAxis() throws {
    let x = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3] as [Int])
    #expect(try x.cumulativeSum(axis: 1).integers() == [1, 3, 6, 4, 9, 15])
    #expect(try x.cast(to: .float32).cumulativeSum(axis: 0).floats() == [1, 2, 3, 5, 7, 9])
    #expect(try x.cast(to: .int32).cumulativeSum(axis: -1).dtype == .int64)
    #expect(try Tensor.zeros([2, 0]).cumulativeSum(axis: 1).shape == [2, 0])
  }

  @Test func blocksOfColumnsJoin() throws {
    let sums = try Tensor.ones([5, 40_000]).cumulativeSum(axis: 0).floats()
    #expect(sums.enumerated().allSatisfy { $1 == Float($0 / 40_000 + 1) })
  }

  @Test func badInput() throws {
    #expect(throws: ShapeError.self) { try Tensor.zeros([2]).cumulativeSum(axis: 1) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([2], dtype: .bool).cumulativeSum(axis: 0) }
  }
}
