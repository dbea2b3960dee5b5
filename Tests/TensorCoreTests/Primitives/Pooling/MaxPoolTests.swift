import TensorCore
import TestSupport
import Testing

@Suite struct MaxPoolTests {
  @Test func byHand() throws {
    let x = try Tensor([1.0, 5, 2, 0, 3, 4, 8, -1, 7, 7, 6, 9], shape: [1, 1, 3, 4])
    #expect(try x.maxPool(kernel: [2, 2]).floats() == [5, 8])
    #expect(try x.maxPool(kernel: [2], stride: [1]).floats() == [5, 8, 8, 7, 8, 9])
    #expect(try x.maxPool(kernel: [2, 2], ceilMode: true).floats() == [5, 8, 7, 9])
    // Darknet's "same" window of 2 with stride 1 pads below and to the right only.
    let same = try x.maxPool(kernel: [2, 2], stride: [1, 1], padding: [0, 0, 1, 1])
    #expect(try same.floats() == [5, 8, 8, 0, 7, 8, 9, 9, 7, 7, 9, 9])
    #expect(try x.maxPool(kernel: [2, 2], stride: [1, 1], dilation: [2, 3]).floats() == [9])
  }

  @Test func firstOfEqualsAndLastNaN() throws {
    let x = try Tensor([4.0, 4, .nan, 1, 4, .nan, 1, 1, 4], shape: [1, 3, 3])
    let (values, indices) = try x.maxPoolWithIndices(kernel: [3, 1], stride: [1, 1])
    #expect(try values.floats()[0] == 4 && indices.integers() == [0, 1, 5])
    #expect(try values.floats()[2].isNaN)
    let none = try Tensor([-Float.infinity, -.infinity], shape: [1, 1, 2]).maxPoolWithIndices(
      kernel: [1, 2], padding: [0, 1])
    #expect(try none.indices.integers() == [0, 1])
  }

  /// One NaN reaches every window that holds it, in the row-wise kernel and in the one for large windows.
  @Test(arguments: [3, 9]) func nanPropagates(_ kernel: Int) throws {
    var values = (0..<400).map { Formula.value($0, seed: 1) }
    values[20 * 7 + 11] = .nan
    let y = try Tensor(values, shape: [1, 20, 20]).maxPool(
      kernel: [kernel, kernel], stride: [1, 1], padding: [kernel / 2, kernel / 2]
    ).floats()
    for index in 0..<400 {
      let near = abs(index / 20 - 7) <= kernel / 2 && abs(index % 20 - 11) <= kernel / 2
      #expect(y[index].isNaN == near, "element \(index)")
    }
  }

  @Test func emptyBatch() throws {
    let x = try Tensor([] as [Float], shape: [0, 3, 8, 8])
    #expect(try x.maxPool(kernel: [2, 2]).shape == [0, 3, 4, 4])
    #expect(try x.averagePool(kernel: [2, 2]).shape == [0, 3, 4, 4])
  }

  @Test func errors() throws {
    let x = try Tensor.zeros([1, 2, 5, 6])
    #expect(errorMessage { try x.maxPool(kernel: [6, 2]) }.contains("[1, 2, 5, 6]"))
    #expect(errorMessage { try x.maxPool(kernel: [6, 2]) }.contains("window [6, 2]"))
    #expect(errorMessage { try x.maxPool(kernel: [2, 2], padding: [2, 0]) }.contains("not smaller than the window"))
    #expect(
      errorMessage { try x.maxPool(kernel: [2, 2], padding: [0, 0, 0, 2]) }.contains("not smaller than the window"))
    #expect(errorMessage { try x.maxPool(kernel: [0, 2]) }.contains("kernel [0, 2]"))
    #expect(errorMessage { try x.maxPool(kernel: [2, 2], stride: [0, 1]) }.contains("stride [0, 1]"))
    #expect(errorMessage { try x.maxPool(kernel: [2, 2], stride: [Int.max, Int.max]) }.contains("stride"))
    #expect(errorMessage { try x.maxPool(kernel: [2, 2], dilation: [Int.max, 1]) }.contains("dilation"))
    #expect(errorMessage { try x.maxPool(kernel: [2, 2, 2]) }.contains("one or two values"))
    #expect(errorMessage { try x.maxPool(kernel: [2, 2], padding: [-1, 0]) }.contains("padding [-1, 0]"))
    // Two elements 7 apart: the window that starts 1 above the plane ends 1 below it.
    let hidden = errorMessage {
      try x.maxPool(kernel: [2, 1], stride: [1, 1], padding: [6, 0, 6, 0], dilation: [7, 1])
    }
    #expect(hidden.contains("hides a whole window"))
    #expect(
      errorMessage { try x.maxPool(kernel: [2, 1], stride: [1, 1], padding: [2, 0], dilation: [3, 1]) }.isEmpty)
    #expect(errorMessage { try Tensor.zeros([5, 6]).maxPool(kernel: [2, 2]) }.contains("[N, C, H, W]"))
    #expect(errorMessage { try Tensor.zeros([1, 1, 0, 6]).maxPool(kernel: [1, 1]) }.contains("with pixels"))
    #expect(errorMessage { try Tensor([1, 2], shape: [1, 1, 2]).maxPool(kernel: [1, 1]) }.contains("int64"))
  }
}
