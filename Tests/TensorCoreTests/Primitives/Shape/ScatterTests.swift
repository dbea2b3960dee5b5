import TensorCore
import TestSupport
import Testing

@Suite struct ScatterTests {
  @Test func writesAlongAnAxis() throws {
    let target = try Tensor.zeros([2, 3]), source = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    let index = try Tensor([2, 0, 1, 1], shape: [2, 2])
    #expect(try target.scatter(axis: 1, index: index, source: source).floats() == [2, 0, 1, 0, 4, 0])
    #expect(try target.scatterAdd(axis: 1, index: index, source: source).floats() == [2, 0, 1, 0, 7, 0])
    #expect(try target.floats() == [0, 0, 0, 0, 0, 0])
  }

  @Test func addsEveryNumericType() throws {
    for dtype in [DType.float32, .bfloat16, .float16, .int32, .int64] {
      let source = try Tensor([1, 2, 3] as [Float], shape: [3]).cast(to: dtype)
      let sum = try Tensor.ones([2], dtype: dtype)
        .scatterAdd(axis: 0, index: Tensor([1, 1, 0], shape: [3]), source: source)
      #expect(try sum.cast(to: .float32).floats() == [4, 4], "\(dtype)")
      #expect(sum.dtype == dtype)
    }
    let most = try Tensor([Int.max], shape: [1])
    #expect(
      try most.scatterAdd(axis: 0, index: Tensor([0], shape: [1]), source: Tensor([1], shape: [1])).integers() == [
        Int.min
      ]
    )
  }

  /// Sums in the order of the indices, on tensors that are cut over the threads.
  @Test func largeSumsKeepTheirOrder() throws {
    let target = try Formula.tensor([50, 600], seed: 1), source = try Formula.tensor([200, 600], seed: 2)
    let indices = (0..<200 * 600).map { ($0 &* 7919) % 50 }
    var expected = try target.floats()
    for (position, value) in try source.floats().enumerated() {
      expected[indices[position] * 600 + position % 600] += value
    }
    let index = try Tensor(indices, shape: [200, 600])
    #expect(try target.scatterAdd(axis: 0, index: index, source: source).floats() == expected)
  }

  @Test func errorsNameTheShapes() throws {
    let target = try Tensor.zeros([2, 3])
    #expect(
      throws: ShapeError(
        .shape, "scatter", "the indices do not fit the tensor and the elements (shapes [2, 3], [1, 2], [1, 1])")
    ) { try target.scatter(axis: 1, index: Tensor([0, 1], shape: [1, 2]), source: Tensor.zeros([1, 1])) }
    #expect(throws: ShapeError(.argument, "scatter", "index 3 at position 1 is outside axis 1 of size 3")) {
      try target.scatter(axis: 1, index: Tensor([0, 3], shape: [1, 2]), source: Tensor.zeros([1, 2]))
    }
    #expect(throws: ShapeError(.dtype, "scatter", "the elements are int64, the tensor is float32")) {
      let index = try Tensor([0], shape: [1, 1])
      _ = try target.scatter(axis: 1, index: index, source: index)
    }
    #expect(throws: ShapeError.self) {
      try Tensor.zeros([1], dtype: .uint8)
        .scatterAdd(axis: 0, index: Tensor([0], shape: [1]), source: Tensor.zeros([1], dtype: .uint8))
    }
  }
}
