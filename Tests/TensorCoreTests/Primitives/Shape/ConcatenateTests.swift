import TensorCore
import TestSupport
import Testing

@Suite struct ConcatenateTests {
  private func iota(_ shape: [Int]) throws -> Tensor { try Tensor((0..<shape.reduce(1, *)).map { $0 }, shape: shape) }

  @Test func joinsAlongEachAxis() throws {
    let a = try iota([2, 2]), b = try iota([2, 1])
    #expect(try Tensor.concatenate([a, b], axis: 1).integers() == [0, 1, 0, 2, 3, 1])
    #expect(try Tensor.concatenate([a, a], axis: -2).integers() == [0, 1, 2, 3, 0, 1, 2, 3])
    #expect(try Tensor.concatenate([a, iota([2, 0]), b], axis: 1).shape == [2, 3])
    #expect(try Tensor.concatenate([a], axis: 0).view.pointer == a.view.pointer)
  }

  @Test func stacks() throws {
    let a = try iota([2]), b = try a.flip()
    #expect(try Tensor.stack([a, b]).integers() == [0, 1, 1, 0])
    #expect(try Tensor.stack([a, b, a], axis: -1).integers() == [0, 1, 0, 1, 0, 1])
    #expect(try Tensor.stack([a, b, a], axis: 1).shape == [2, 3])
  }

  @Test func errorsNameBothShapes() {
    #expect(
      throws: ShapeError(.shape, "concatenate", "inputs 0 and 1 differ in more than axis 0 (shapes [2, 3], [2, 2])")
    ) { try Tensor.concatenate([iota([2, 3]), iota([2, 2])], axis: 0) }
    #expect(throws: ShapeError(.shape, "stack", "inputs 0 and 2 differ (shapes [2], [3])")) {
      try Tensor.stack([iota([2]), iota([2]), iota([3])])
    }
    #expect(throws: ShapeError(.argument, "concatenate", "no tensors")) { try Tensor.concatenate([], axis: 0) }
    #expect(throws: ShapeError(.argument, "stack", "no tensors")) { try Tensor.stack([]) }
    #expect(throws: ShapeError(.argument, "concatenate", "axis 0 is out of range for shape []")) {
      try Tensor.concatenate([iota([])], axis: 0)
    }
    #expect(throws: ShapeError(.dtype, "concatenate", "input 1 is float32, input 0 is int64")) {
      try Tensor.concatenate([iota([2]), Tensor([1, 2] as [Float], shape: [2])], axis: 0)
    }
  }
}
