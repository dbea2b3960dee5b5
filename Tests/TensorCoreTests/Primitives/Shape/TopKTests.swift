import TensorCore
import TestSupport
import Testing

@Suite struct TopKTests {
  @Test func equalsKeepTheirOrderAndNaNIsLargest() throws {
    let x = try Tensor([1, .nan, -0.0, 0, .infinity, -.nan, 1, -.infinity] as [Float], shape: [8])
    #expect(try x.argsort().integers() == [7, 2, 3, 0, 6, 4, 1, 5])
    #expect(try x.argsort(descending: true).integers() == [1, 5, 4, 0, 6, 2, 3, 7])
    #expect(try x.topK(3, largest: false).values.floats() == [-.infinity, 0, 0])
    #expect(try x.topK(3, largest: false).values.floats()[1].sign == .minus)
    #expect(try x.cast(to: .float16).argsort().integers() == [7, 2, 3, 0, 6, 4, 1, 5])
    #expect(try x.cast(to: .bfloat16).argsort().integers() == [7, 2, 3, 0, 6, 4, 1, 5])
  }

  @Test func wholeRangesAreOrdered() throws {
    let x = try Tensor([Int.max, -1, Int.min, 0, 1 << 40, -(1 << 40)], shape: [6])
    #expect(try x.sort().values.integers() == [Int.min, -(1 << 40), -1, 0, 1 << 40, Int.max])
    #expect(try x.topK(1).indices.integers() == [0])
    #expect(try Tensor([200, 7, 128] as [UInt8], shape: [3]).argsort().integers() == [1, 2, 0])
  }

  @Test func anyAxisWorks() throws {
    let x = try Tensor([3, 1, 2, 4] as [Float], shape: [2, 2])
    #expect(try x.sort(axis: 0).values.floats() == [2, 1, 3, 4])
    #expect(try x.topK(1, axis: 0).indices.integers() == [0, 1])
    #expect(try Tensor(5).sort().indices.shape == [])
    #expect(try x.topK(0).values.shape == [2, 0])
  }

  /// Longer lines than the goldens', by the heap and by the radix sort, against the standard library.
  @Test(arguments: [1, 10, 311, 312, 9999, 10000])
  func longLinesAreOrdered(k: Int) throws {
    let x = try Formula.tensor([2, 10000], seed: 3).floats().map { ($0 * 500).rounded() }
    for (largest, dtype) in [(true, DType.float32), (false, .float32), (true, .int64), (false, .int64)] {
      let indices = try Tensor(x, shape: [2, 10000]).cast(to: dtype).topK(k, largest: largest).indices.integers()
      for line in 0..<2 {
        let values = x[line * 10000..<(line + 1) * 10000]
        let sorted = values.enumerated().sorted {
          $0.element == $1.element ? $0.offset < $1.offset : ($0.element < $1.element) != largest
        }
        #expect(Array(indices[line * k..<(line + 1) * k]) == sorted.prefix(k).map(\.offset), "\(largest) \(dtype)")
      }
    }
  }

  @Test func errorsNameTheShape() {
    #expect(throws: ShapeError(.argument, "topK", "k is 4, axis 1 has 3 (shapes [2, 3])")) {
      try Tensor.zeros([2, 3]).topK(4)
    }
    #expect(throws: ShapeError(.argument, "sort", "axis 2 is out of range for shape [2, 3]")) {
      try Tensor.zeros([2, 3]).sort(axis: 2)
    }
    #expect(throws: ShapeError.self) { try Tensor(1).topK(0) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([2]).topK(Int.min) }
  }
}
