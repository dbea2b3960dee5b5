import TensorCore
import TestSupport
import Testing

@Suite struct TensorRangesTests {
  @Test func countsUpAndDown() throws {
    #expect(try Tensor.arange(to: 4).integers() == [0, 1, 2, 3])
    #expect(try Tensor.arange(from: 5, to: 0, step: -2).integers() == [5, 3, 1])
    #expect(try Tensor.arange(from: 2, to: 2).shape == [0])
    #expect(try Tensor.arange(from: Int.min, to: Int.max, step: Int.max).integers() == [Int.min, -1, Int.max - 1])
    #expect(try Tensor.arange(from: 0.5, to: 2, step: 0.5).floats() == [0.5, 1, 1.5])
    #expect(try Tensor.linspace(from: 0, to: 1, count: 3).floats() == [0, 0.5, 1])
    #expect(try Tensor.linspace(from: 2, to: 1, count: 1).floats() == [2])
  }

  @Test func endlessRangesAreRefused() {
    #expect(throws: ShapeError(.argument, "arange", "the step is zero")) { try Tensor.arange(to: 3, step: 0) }
    #expect(throws: ShapeError(.argument, "linspace", "count -1")) { try Tensor.linspace(from: 0, to: 1, count: -1) }
    #expect(throws: ShapeError.self) { try Tensor.arange(from: Int.min, to: Int.max) }
    for (end, step) in [(1.0, 0.0), (0, 0), (.infinity, 1), (.nan, 1), (1, .nan), (1e300, 1)] {
      #expect(throws: ShapeError.self) { try Tensor.arange(from: 0.0, to: end, step: step) }
    }
    #expect(throws: Never.self) { try Tensor.arange(from: 0.0, to: -1e300, step: 1) }
  }
}
