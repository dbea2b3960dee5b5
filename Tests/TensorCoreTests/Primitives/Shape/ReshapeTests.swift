import TensorCore
import TestSupport
import Testing

@Suite struct ReshapeTests {
  private func iota(_ shape: [Int]) throws -> Tensor { try Tensor((0..<shape.reduce(1, *)).map { $0 }, shape: shape) }

  @Test(arguments: [
    ([2, 3, 4], [6, 4], [6, 4]), ([2, 3, 4], [-1], [24]), ([2, 3, 4], [4, -1, 3], [4, 2, 3]), ([], [1, 1], [1, 1]),
    ([1], [], []), ([0, 3], [3, 0, 2], [3, 0, 2]), ([0, 3], [-1, 3], [0, 3]),
  ])
  func keepsOrder(from: [Int], to: [Int], expected: [Int]) throws {
    let input = try iota(from), output = try input.reshape(to)
    #expect(output.shape == expected)
    #expect(try output.integers() == input.integers())
  }

  @Test func sharesStorage() throws {
    let input = try iota([2, 3]), output = try input.reshape([3, 2])
    #expect(input.view.pointer == output.view.pointer)
  }

  @Test func errorsNameBothShapes() {
    #expect(throws: ShapeError(.shape, "reshape", "6 elements do not fit the new shape (shapes [2, 3], [4, -1])")) {
      try iota([2, 3]).reshape([4, -1])
    }
    #expect(throws: ShapeError(.argument, "reshape", "more than one size is -1 (shapes [2, 3], [-1, -1])")) {
      try iota([2, 3]).reshape([-1, -1])
    }
  }

  @Test(arguments: [[-2, 3], [Int.max, Int.max], [Int.min], [0, -1], [-1, 0], [7]])
  func impossibleShapesAreRefused(shape: [Int]) {
    #expect(throws: ShapeError.self) { try iota([2, 3]).reshape(shape) }
    #expect(throws: ShapeError.self) { try iota([0, 3]).reshape(shape) }
  }

  @Test func flattens() throws {
    let x = try iota([2, 3, 4, 5])
    #expect(try x.flatten().shape == [120])
    #expect(try x.flatten(from: 1).shape == [2, 60])
    #expect(try x.flatten(from: -3, to: 2).shape == [2, 12, 5])
    #expect(try iota([]).flatten().shape == [1])
    #expect(throws: ShapeError(.argument, "flatten", "axis 2 lies behind axis 1 (shapes [2, 3, 4, 5])")) {
      try x.flatten(from: 2, to: 1)
    }
  }

  @Test func squeezesAndUnsqueezes() throws {
    let x = try iota([1, 2, 1, 3])
    #expect(try x.squeeze().shape == [2, 3])
    #expect(try x.squeeze(0).shape == [2, 1, 3])
    #expect(try x.squeeze(1).shape == [1, 2, 1, 3])
    #expect(try x.squeeze(0, -2).shape == [2, 3])
    #expect(try x.unsqueeze(0).shape == [1, 1, 2, 1, 3])
    #expect(try x.unsqueeze(-1).shape == [1, 2, 1, 3, 1])
    #expect(throws: ShapeError(.argument, "unsqueeze", "axis 5 is out of range for shape [1, 2, 1, 3]")) {
      try x.unsqueeze(5)
    }
    #expect(throws: ShapeError(.argument, "squeeze", "axis -5 is out of range for shape [1, 2, 1, 3]")) {
      try x.squeeze(-5)
    }
    #expect(throws: ShapeError.self) { try x.unsqueeze(Int.min) }
  }
}
