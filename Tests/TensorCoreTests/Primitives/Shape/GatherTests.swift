import TensorCore
import TestSupport
import Testing

@Suite struct GatherTests {
  private func matrix() throws -> Tensor { try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]) }

  @Test func picksAlongAnAxis() throws {
    let columns = try Tensor([2, 0, 1, 1], shape: [2, 2])
    #expect(try matrix().gather(axis: 1, index: columns).floats() == [3, 1, 5, 5])
    #expect(try matrix().gather(axis: 0, index: Tensor([1, 0, 1], shape: [1, 3])).floats() == [4, 2, 6])
    #expect(try Tensor(8).gather(axis: 0, index: Tensor([0], shape: [])).floats() == [8])
  }

  @Test(arguments: [-1, 3, Int.max, Int.min])
  func indicesOutsideAreRefused(index: Int) {
    #expect(
      throws: ShapeError(.argument, "gather", "index \(index) at position 70 is outside axis 1 of size 3")
    ) {
      var values = Array(repeating: 1, count: 100)
      values[70] = index
      _ = try matrix().gather(axis: -1, index: Tensor(values, shape: [1, 100]))
    }
  }

  /// A kernel that is called without the check, as a compiled plan may, still touches no memory but the tensors'.
  @Test func uncheckedIndicesReadTheFirstPlace() throws {
    let index = try Tensor([Int.max, -1, 2], shape: [1, 3])
    #expect(try Tensor.applySingle(Gather(axis: 1), matrix(), index).floats() == [1, 1, 3])
  }

  @Test func errorsNameBothShapes() {
    #expect(throws: ShapeError(.shape, "gather", "the indices do not fit the tensor (shapes [2, 3], [3, 1])")) {
      try matrix().gather(axis: 1, index: Tensor([0, 0, 0], shape: [3, 1]))
    }
    #expect(throws: ShapeError(.shape, "gather", "the indices do not fit the tensor (shapes [2, 3], [1])")) {
      try matrix().gather(axis: 1, index: Tensor([0], shape: [1]))
    }
    #expect(throws: ShapeError(.dtype, "gather", "input 1 is float32; accepted: int64")) {
      try matrix().gather(axis: 1, index: matrix())
    }
    #expect(throws: ShapeError(.argument, "gather", "index 0 at position 0 is outside axis 0 of size 0")) {
      try Tensor.zeros([0]).gather(axis: 0, index: Tensor([0], shape: [1]))
    }
  }

  /// Cut over the threads, against index arithmetic.
  @Test func largeGathersAreWhole() throws {
    let x = try Formula.tensor([700, 90], seed: 1), values = try x.floats()
    let indices = (0..<700 * 60).map { ($0 &* 7919) % 90 }
    let rows = try x.gather(axis: 1, index: Tensor(indices, shape: [700, 60])).floats()
    #expect(rows == indices.enumerated().map { values[$0.offset / 60 * 90 + $0.element] })
    let downwards = (0..<900 * 90).map { ($0 &* 7919) % 700 }
    let columns = try x.gather(axis: 0, index: Tensor(downwards, shape: [900, 90])).floats()
    #expect(columns == downwards.enumerated().map { values[$0.element * 90 + $0.offset % 90] })
  }
}
