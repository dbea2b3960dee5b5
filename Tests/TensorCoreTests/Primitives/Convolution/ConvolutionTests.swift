import TensorCore
import TestSupport
import Testing

/// One case of the goldens of convolution and transposed convolution.
struct ConvolutionCase: Decodable {
  let input: [Int], weight: [Int], outputs: Int
  let stride: [Int], padding: [Int], dilation: [Int], groups: Int, bias: Bool, outputPadding: [Int]

  /// Input, bias (or nil) and weight of case number `index`.
  func tensors(_ index: Int) throws -> (input: Tensor, bias: Tensor?, weight: Tensor) {
    let seed = UInt32(3 * index)
    return (
      try Formula.tensor(input, seed: seed), bias ? try Formula.tensor([outputs], seed: seed + 1) : nil,
      try Formula.tensor(weight, seed: seed + 2)
    )
  }
}

@Suite struct ConvolutionTests {
  @Test func aKernelSlidesOverAnImage() throws {
    let image = try Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9] as [Float], shape: [1, 1, 3, 3])
    let kernel = try Tensor([1, 0, 0, -1] as [Float], shape: [1, 1, 2, 2])
    let result = try image.convolution(kernel, bias: Tensor([10] as [Float], shape: [1]))
    // 1 - 5, 2 - 6, 4 - 8, 5 - 9, each plus 10.
    #expect(result.shape == [1, 1, 2, 2])
    #expect(try result.floats() == [6, 6, 6, 6])
  }

  @Test func paddingMayDifferPerSide() throws {
    let image = try Tensor([1, 2, 3, 4] as [Float], shape: [1, 1, 2, 2])
    let kernel = try Tensor([1, 1, 1, 1] as [Float], shape: [1, 1, 2, 2])
    let result = try image.convolution(kernel, padding: [1, 0, 0, 1])
    #expect(result.shape == [1, 1, 2, 2])
    #expect(try result.floats() == [3, 2, 10, 6])
  }

  @Test func groupsSeeTheirOwnChannels() throws {
    let image = try Tensor([1, 2, 3, 4] as [Float], shape: [1, 4, 1, 1])
    let weight = try Tensor([1, 10, 100, 1000] as [Float], shape: [2, 2, 1, 1])
    #expect(try image.convolution(weight, groups: 2).floats() == [21, 4300])
  }

  @Test func agreesWithPyTorch() throws {
    let golden = try Golden("convolution")
    for (index, c) in try golden.cases(ConvolutionCase.self).enumerated() {
      let (input, bias, weight) = try c.tensors(index)
      let result = try input.convolution(
        weight, bias: bias, stride: c.stride, padding: c.padding, dilation: c.dilation, groups: c.groups)
      try expectClose(result, golden["\(index)"], .accumulated, "case \(index) \(c)")
    }
  }

  @Test func anEmptyBatchGivesAnEmptyBatch() throws {
    let result = try Tensor.zeros([0, 3, 8, 8]).convolution(.zeros([4, 3, 3, 3]), padding: [1, 1])
    #expect(result.shape == [0, 4, 8, 8])
  }

  @Test func halfPrecisionIsComputedInSingle() throws {
    let input = try Formula.tensor([1, 5, 7, 7], seed: 1).cast(to: .bfloat16)
    let weight = try Formula.tensor([6, 5, 3, 3], seed: 2).cast(to: .bfloat16)
    let wide = try input.cast(to: .float32).convolution(weight.cast(to: .float32)).cast(to: .bfloat16)
    #expect(try input.convolution(weight).floats() == wide.floats())
  }

  @Test func anImageEndingAtTheEndOfItsMemoryIsReadWithinIt() throws {
    // Not-a-number just behind the image, in the same storage, must not reach the result.
    let whole = try Tensor(
      Array(repeating: Float(1), count: 2 * 5 * 5) + Array(repeating: .nan, count: 100), shape: [150])
    let image = whole.sharing(TensorSpec([1, 2, 5, 5]))
    for (kernel, padding) in [(1, 0), (3, 1), (2, 0)] {
      let result = try image.convolution(.ones([3, 2, kernel, kernel]), padding: [padding, padding])
      #expect(try result.floats().allSatisfy { $0.isFinite })
    }
    let depthwise = try image.convolution(.ones([2, 1, 3, 3]), padding: [1, 1], groups: 2)
    #expect(try depthwise.floats().allSatisfy { $0.isFinite })
  }

  @Test func channelsThatDoNotFitAreNamed() throws {
    let error = try #require(throws: ShapeError.self) {
      try Tensor.zeros([1, 3, 8, 8]).convolution(.zeros([8, 4, 3, 3]))
    }
    #expect(
      error.description
        == "convolution: input has 3 channels, weight expects 4 (shapes [1, 3, 8, 8], [8, 4, 3, 3])")
  }

  @Test(arguments: [
    ConvolutionSettings(stride: [0, 1]), ConvolutionSettings(stride: [1]), ConvolutionSettings(padding: [-1, 0]),
    ConvolutionSettings(padding: [1, 2, 3]), ConvolutionSettings(dilation: [1, .max]), ConvolutionSettings(groups: 0),
    ConvolutionSettings(groups: 3), ConvolutionSettings(dilation: [4, 4]), ConvolutionSettings(stride: [.min, 1]),
    ConvolutionSettings(padding: [.max, .max]), ConvolutionSettings(padding: [1 << 30, 1 << 30]),
  ])
  func impossibleSettingsAreRefused(settings: ConvolutionSettings) throws {
    let input = try Tensor.zeros([1, 4, 8, 8]), weight = try Tensor.zeros([4, 4, 3, 3])
    #expect(throws: ShapeError.self) { try Tensor.apply(Convolution(settings), [input, weight]) }
  }

  @Test func wrongRanksBiasesAndTypesAreRefused() throws {
    let input = try Tensor.zeros([1, 4, 8, 8]), weight = try Tensor.zeros([4, 4, 3, 3])
    #expect(throws: ShapeError.self) { try input.convolution(.zeros([4, 4, 3])) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([4, 8, 8]).convolution(weight) }
    #expect(throws: ShapeError.self) { try input.convolution(weight, bias: .zeros([3])) }
    #expect(throws: ShapeError.self) { try input.convolution(.zeros([4, 4, 0, 3])) }
    #expect(throws: ShapeError.self) { try input.convolution(weight.cast(to: .float16)) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([1, 4, 8, 8], dtype: .int32).convolution(weight) }
  }
}
