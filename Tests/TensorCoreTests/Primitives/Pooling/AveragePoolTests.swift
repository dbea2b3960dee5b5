import TensorCore
import TestSupport
import Testing

@Suite struct AveragePoolTests {
  @Test func byHand() throws {
    let x = try Tensor([1.0, 5, 2, 0, 3, 4, 8, -1, 7, 7, 6, 9], shape: [1, 1, 3, 4])
    #expect(try x.averagePool(kernel: [2, 2]).floats() == [3.25, 2.25])
    let padded = try x.averagePool(kernel: [2, 2], stride: [2, 2], padding: [1, 1])
    #expect(try padded.floats() == [0.25, 1.75, 0, 2.5, 6.25, 2])
    let inside = try x.averagePool(kernel: [2, 2], stride: [2, 2], padding: [1, 1], countIncludePad: false)
    #expect(try inside.floats() == [1, 3.5, 0, 5, 6.25, 4])
    #expect(try x.averagePool(kernel: [2, 2], divisorOverride: 2).floats() == [6.5, 4.5])
    // Padding below only: the last window's zeros count, what ceil mode adds beyond does not.
    let below = try x.averagePool(kernel: [3, 4], stride: [2, 1], padding: [0, 0, 1, 0], ceilMode: true)
    #expect(try below.floats() == [4.25, 3.625])
  }

  @Test func errors() throws {
    let x = try Tensor.zeros([1, 2, 5, 6])
    #expect(throws: ShapeError.self) { try x.averagePool(kernel: [2, 2], divisorOverride: 0) }
    #expect {
      try x.averagePool(kernel: [2, 7])
    } throws: { "\($0)".contains("[2, 7]") && "\($0)".contains("[1, 2, 5, 6]") }
  }
}
