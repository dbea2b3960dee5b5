import TensorCore
import TestSupport
import Testing

@Suite struct DeformableConvolutionTests {
  /// Without offsets it is the plain convolution; with a mask of one half, half of it.
  @Test func withoutOffsetsIsConvolution() throws {
    let x = try Formula.tensor([2, 6, 11, 13], seed: 1), weight = try Formula.tensor([4, 3, 3, 3], seed: 2)
    let offset = try Tensor.zeros([2, 3 * 18, 6, 7])
    let plain = try x.convolution(weight, stride: [2, 2], padding: [1, 1], groups: 2)
    let result = try x.deformableConvolution(weight, offset: offset, stride: [2, 2], padding: [1, 1])
    try expectClose(result, plain, .accumulated)
    let half = try x.deformableConvolution(
      weight, offset: offset, mask: .full([2, 27, 6, 7], 0.5), stride: [2, 2], padding: [1, 1])
    try expectClose(half, plain * 0.5, .accumulated)
  }

  @Test func byHand() throws {
    let x = try Tensor([0.0, 1, 2, 10, 11, 12], shape: [1, 1, 2, 3]),
      weight = try Tensor([1] as [Float], shape: [1, 1, 1, 1])
    // Offsets of the six pixels: down, then to the right.
    let offset = try Tensor([0.5, 0, 0, 0, -1, 0, 0.25, 1, 0.5, -0.5, 0, 9], shape: [1, 2, 2, 3])
    // (0.5, 0.25), (0, 2), (0, 2.5) half outside, (1, -0.5) half outside, (0, 1), outside.
    #expect(try x.deformableConvolution(weight, offset: offset).floats() == [5.25, 2, 1, 5, 1, 0])
  }

  @Test func offsetsThatAreNoneReadNothing() throws {
    let x = try Tensor.ones([1, 1, 2, 2]), weight = try Tensor([1] as [Float], shape: [1, 1, 1, 1])
    let offset = try Tensor([.nan, .infinity, -3e38, 0, 0, 0, 0, 3e38], shape: [1, 2, 2, 2])
    #expect(try x.deformableConvolution(weight, offset: offset).floats() == [0, 0, 0, 0])
  }

  @Test func errors() throws {
    let x = try Tensor.zeros([1, 4, 5, 5]), weight = try Tensor.zeros([2, 4, 3, 3])
    let offset = try Tensor.zeros([1, 18, 3, 3])
    #expect(errorMessage { try x.deformableConvolution(weight, offset: offset) }.isEmpty)
    #expect(errorMessage { try x.deformableConvolution(weight, offset: x) }.contains("offsets must be"))
    #expect(
      errorMessage { try x.deformableConvolution(weight, offset: .zeros([1, 54, 3, 3])) }.contains("dividing 4"))
    #expect(
      errorMessage { try x.deformableConvolution(weight, offset: offset, mask: offset) }.contains("[1, 9, 3, 3]"))
    #expect(errorMessage { try x.deformableConvolution(.zeros([2, 3, 3, 3]), offset: offset) }.contains("channels"))
    #expect(errorMessage { try x.deformableConvolution(weight, offset: offset, stride: [0, 1]) }.contains("stride"))
    #expect(errorMessage { try x.deformableConvolution(weight, offset: offset, bias: x) }.contains("bias"))
  }
}
