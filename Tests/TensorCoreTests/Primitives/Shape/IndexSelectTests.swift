import TensorCore
import TestSupport
import Testing

@Suite struct IndexSelectTests {
  private func matrix() throws -> Tensor { try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]) }

  @Test func picksSlices() throws {
    #expect(
      try matrix().indexSelect(axis: 0, index: Tensor([1, 0, 1], shape: [3])).floats() == [4, 5, 6, 1, 2, 3, 4, 5, 6])
    #expect(try matrix().indexSelect(axis: -1, index: Tensor([2, 0], shape: [2])).floats() == [3, 1, 6, 4])
    #expect(try matrix().indexSelect(axis: 1, index: Tensor([1], shape: [])).shape == [2])
    #expect(try matrix().indexSelect(axis: 1, index: Tensor([0, 1, 2, 0], shape: [2, 2])).shape == [2, 2, 2])
    #expect(try matrix().indexSelect(axis: 0, index: Tensor([] as [Int], shape: [0])).shape == [0, 3])
  }

  @Test func errorsNameTheAxis() {
    #expect(throws: ShapeError(.argument, "indexSelect", "index -1 at position 1 is outside axis 0 of size 2")) {
      try matrix().indexSelect(axis: 0, index: Tensor([0, -1], shape: [2]))
    }
    #expect(throws: ShapeError(.argument, "indexSelect", "axis 2 is out of range for shape [2, 3]")) {
      try matrix().indexSelect(axis: 2, index: Tensor([0], shape: [1]))
    }
  }

  @Test func largeSelectionsAreWhole() throws {
    let x = try Formula.tensor([3, 400, 33], seed: 1), values = try x.floats()
    let indices = (0..<1000).map { ($0 &* 7919) % 400 }
    let picked = try x.indexSelect(axis: 1, index: Tensor(indices, shape: [1000])).floats()
    var expected: [Float] = []
    for block in 0..<3 {
      for index in indices { expected += values[(block * 400 + index) * 33..<(block * 400 + index + 1) * 33] }
    }
    #expect(picked == expected)
  }
}
