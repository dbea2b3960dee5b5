import TensorCore
import TestSupport
import Testing

@Suite struct SliceTests {
  private func iota(_ shape: [Int]) throws -> Tensor { try Tensor((0..<shape.reduce(1, *)).map { $0 }, shape: shape) }

  @Test(arguments: [
    (SliceRange(1, 4), [1, 2, 3]), (SliceRange(-2), [4, 5]), (SliceRange(nil, -4), [0, 1]),
    (SliceRange(step: 2), [0, 2, 4]),
    (SliceRange(step: -1), [5, 4, 3, 2, 1, 0]), (SliceRange(4, 0, step: -2), [4, 2]), (SliceRange(3, 3), []),
    (SliceRange(-100, 100), [0, 1, 2, 3, 4, 5]), (SliceRange(Int.max, Int.min, step: Int.min), [5]),
    (SliceRange(0, Int.max, step: Int.max), [0]), (SliceRange(5, -7, step: -3), [5, 2]), (SliceRange(2, 1), []),
  ])
  func followsNumPy(range: SliceRange, expected: [Int]) throws {
    #expect(try iota([6]).slice([range]).integers() == expected)
  }

  @Test func takesSeveralAxes() throws {
    let x = try iota([3, 4])
    #expect(try x.slice([SliceRange(1, 3), SliceRange(step: 3)]).integers() == [4, 7, 8, 11])
    #expect(try x.slice(axis: -1, from: 1, step: 2).integers() == [1, 3, 5, 7, 9, 11])
    #expect(try x.flip([0]).integers() == [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3])
    #expect(try x.flip().integers() == (0..<12).reversed())
    #expect(try x.narrow(axis: 1, start: -2, length: 1).integers() == [2, 6, 10])
    #expect(try x.select(axis: 0, index: -1).integers() == [8, 9, 10, 11])
    #expect(try x.select(axis: 1, index: 2).shape == [3])
  }

  @Test func leadingRunsShareStorage() throws {
    let x = try iota([3, 4, 5])
    #expect(try x.narrow(axis: 0, start: 1, length: 2).view.pointer == x.view.pointer + 160)
    #expect(try x.select(axis: 0, index: 2).narrow(axis: 0, start: 1, length: 2).view.pointer == x.view.pointer + 360)
    #expect(try x.slice([SliceRange(1, 2), SliceRange(1, 3)]).view.pointer == x.view.pointer + 200)
    #expect(try x.narrow(axis: 1, start: 0, length: 2).view.pointer != x.view.pointer)
  }

  @Test func writingToAPartLeavesTheWhole() throws {
    let x = try iota([4])
    var part = try x.narrow(axis: 0, start: 2, length: 2)
    try part.withUnsafeMutableBytes { $0.storeBytes(of: 9, as: Int64.self) }
    #expect(try part.integers() == [9, 3])
    #expect(try x.integers() == [0, 1, 2, 3])
  }

  @Test func errorsNameTheShape() {
    #expect(throws: ShapeError(.argument, "slice", "the step is zero")) { try iota([3]).slice([SliceRange(step: 0)]) }
    #expect(throws: ShapeError(.argument, "slice", "2 ranges for 1 axes (shapes [3])")) {
      try iota([3]).slice([.all, .all])
    }
    #expect(
      throws: ShapeError(
        .argument, "narrow", "start 2, length 2 reach outside axis 0 of size 3 (shapes [3])")
    ) { try iota([3]).narrow(axis: 0, start: 2, length: 2) }
    #expect(throws: ShapeError(.argument, "select", "index 3 is outside axis 0 of size 3 (shapes [3])")) {
      try iota([3]).select(axis: 0, index: 3)
    }
    #expect(throws: ShapeError(.argument, "flip", "axis -1 is given twice (shapes [3])")) {
      try iota([3]).flip([0, -1])
    }
    #expect(throws: ShapeError.self) { try iota([3]).narrow(axis: 0, start: Int.min, length: Int.max) }
  }
}
