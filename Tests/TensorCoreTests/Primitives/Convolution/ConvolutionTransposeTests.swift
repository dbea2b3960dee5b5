import TensorCore
import TestSupport
import Testing

@Suite struct ConvolutionTransposeTests {
  @Test func everyInputStampsTheKernel() throws {
    let image = try Tensor([1, 2, 3, 4] as [Float], shape: [1, 1, 2, 2])
    let kernel = try Tensor([1, 2, 3, 4] as [Float], shape: [1, 1, 2, 2])
    // Stride 1: the stamps overlap in the middle.
    let overlapping = try image.convolutionTranspose(kernel)
    #expect(overlapping.shape == [1, 1, 3, 3])
    #expect(try overlapping.floats() == [1, 4, 4, 6, 20, 16, 9, 24, 16])
    // Stride 2: they lie side by side.
    let apart = try image.convolutionTranspose(kernel, bias: Tensor([1] as [Float], shape: [1]), stride: [2, 2])
    #expect(try apart.floats() == [2, 3, 3, 5, 4, 5, 7, 9, 4, 7, 5, 9, 10, 13, 13, 17])
  }

  @Test func agreesWithPyTorch() throws {
    let golden = try Golden("convolutionTranspose")
    for (index, c) in try golden.cases(ConvolutionCase.self).enumerated() {
      let (input, bias, weight) = try c.tensors(index)
      let result = try input.convolutionTranspose(
        weight, bias: bias, stride: c.stride, padding: c.padding, outputPadding: c.outputPadding, dilation: c.dilation,
        groups: c.groups)
      try expectClose(result, golden["\(index)"], .accumulated, "case \(index) \(c)")
    }
  }

  @Test func channelsThatDoNotFitAreNamed() throws {
    let error = try #require(throws: ShapeError.self) {
      try Tensor.zeros([1, 3, 8, 8]).convolutionTranspose(.zeros([4, 8, 2, 2]))
    }
    #expect(
      error.description
        == "convolutionTranspose: input has 3 channels, weight expects 4 (shapes [1, 3, 8, 8], [4, 8, 2, 2])")
  }

  @Test func impossibleSizesAreRefused() throws {
    let input = try Tensor.zeros([1, 4, 8, 8]), weight = try Tensor.zeros([4, 2, 3, 3])
    #expect(throws: ShapeError.self) { try input.convolutionTranspose(weight, outputPadding: [1, 1]) }
    #expect(throws: ShapeError.self) { try input.convolutionTranspose(weight, outputPadding: [-1, 0]) }
    #expect(throws: ShapeError.self) { try input.convolutionTranspose(weight, padding: [5, 5]) }
    #expect(throws: ShapeError.self) { try input.convolutionTranspose(weight, stride: [0, 1]) }
    #expect(throws: ShapeError.self) { try input.convolutionTranspose(weight, stride: [1 << 30, 1 << 30]) }
    #expect(throws: ShapeError.self) { try input.convolutionTranspose(weight, groups: 3) }
    #expect(throws: ShapeError.self) { try input.convolutionTranspose(weight, bias: .zeros([3])) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([1, 4, 0, 8]).convolutionTranspose(weight) }
    #expect(try Tensor.zeros([0, 4, 8, 8]).convolutionTranspose(weight).shape == [0, 2, 10, 10])
  }
}
