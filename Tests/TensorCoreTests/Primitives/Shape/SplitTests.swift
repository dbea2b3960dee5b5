import TensorCore
import TestSupport
import Testing

@Suite struct SplitTests {
  private func iota(_ shape: [Int]) throws -> Tensor { try Tensor((0..<shape.reduce(1, *)).map { $0 }, shape: shape) }

  @Test func cuts() throws {
    let x = try iota([2, 5])
    #expect(
      try x.split(sizes: [1, 0, 4], axis: 1).map { try $0.integers() } == [[0, 5], [], [1, 2, 3, 4, 6, 7, 8, 9]])
    #expect(try x.split(size: 2, axis: -1).map(\.shape) == [[2, 2], [2, 2], [2, 1]])
    #expect(try x.split(size: 9, axis: 0).map(\.shape) == [[2, 5]])
    #expect(try x.chunk(3, axis: 1).map(\.shape) == [[2, 2], [2, 2], [2, 1]])
    #expect(try x.chunk(4, axis: 1).map(\.shape) == [[2, 2], [2, 2], [2, 1]])
    #expect(try iota([0]).chunk(2, axis: 0).map(\.shape) == [[0], [0]])
    let parts = try x.split(size: 1, axis: 0)
    #expect(parts[1].view.pointer == x.view.pointer + 40)
    #expect(try parts[1].integers() == [5, 6, 7, 8, 9])
  }

  @Test func errorsNameTheSizes() {
    #expect(throws: ShapeError(.shape, "split", "sizes [2, 2] do not add up to axis 1 (shapes [2, 5])")) {
      try iota([2, 5]).split(sizes: [2, 2], axis: 1)
    }
    #expect(throws: ShapeError.self) { try iota([2, 5]).split(sizes: [6, -1], axis: 1) }
    #expect(throws: ShapeError.self) { try iota([2, 5]).split(sizes: [Int.max, Int.max, 7], axis: 1) }
    #expect(throws: ShapeError(.argument, "split", "part size 0 (shapes [2, 5])")) {
      try iota([2, 5]).split(size: 0, axis: 1)
    }
    #expect(throws: ShapeError(.argument, "chunk", "0 parts (shapes [2, 5])")) { try iota([2, 5]).chunk(0, axis: 1) }
  }
}
