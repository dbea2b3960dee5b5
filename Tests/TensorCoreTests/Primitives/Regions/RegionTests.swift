import TensorCore
import TestSupport
import Testing

@Suite struct RegionTests {
  /// Element (y, x) is 10 y + x.
  private let ramp = Result { try Tensor((0..<24).map { Float($0 / 6 * 10 + $0 % 6) }, shape: [1, 1, 4, 6]) }

  @Test func alignByHand() throws {
    let features = try ramp.get(), box = try Tensor([0, 1, 1, 5, 3] as [Float], shape: [1, 5])
    // One sample in the middle of the box: (3, 2), half a pixel less where aligned.
    #expect(try features.roiAlign(box, outputSize: [1, 1], samplingRatio: 1).floats() == [23])
    #expect(try features.roiAlign(box, outputSize: [1, 1], samplingRatio: 1, aligned: true).floats() == [17.5])
    // Two bins of 2 x 2 pixels; a plane is averaged to its value in the middle.
    #expect(try features.roiAlign(box, outputSize: [1, 2]).floats() == [22, 24])
    // Beyond the last pixel but one the edge goes on; further out there is nothing.
    let far = try Tensor([0, 5, 0, 7, 0, 0, 9, 9, 10, 10] as [Float], shape: [2, 5])
    #expect(try features.roiAlign(far, outputSize: [1, 1], samplingRatio: 1).floats() == [10, 0])
  }

  @Test func poolByHand() throws {
    let features = try ramp.get(), box = try Tensor([0, 1, 1, 4, 3] as [Float], shape: [1, 5])
    // Pixels 1 to 4 and 1 to 3, in bins that share the middle row.
    #expect(try features.roiPool(box, outputSize: [2, 2]).floats() == [22, 24, 32, 34])
    #expect(try features.roiPool(box, outputSize: [1, 1], spatialScale: 0.5).floats() == [22])
    let outside = try Tensor([0, 20, 20, 30, 30] as [Float], shape: [1, 5])
    #expect(try features.roiPool(outside, outputSize: [2, 1]).floats() == [0, 0])
  }

  @Test func positionSensitiveByHand() throws {
    let features = try Tensor((0..<32).map { Float($0 / 16 * 100 + $0 % 16) }, shape: [1, 2, 4, 4])
    let box = try Tensor([0, 0, 0, 2, 2] as [Float], shape: [1, 5])
    // Bin 0 reads channel 0, bin 1 channel 1: columns 0 and 1, rows 0 and 1.
    #expect(try features.psRoIPool(box, outputSize: [1, 2]).floats() == [2, 103])
    // Samples at the bins' middles (0, 0.5) and (1, 0.5).
    #expect(try features.psRoIAlign(box, outputSize: [1, 2], samplingRatio: 1).floats() == [2, 103])
  }

  /// Numbers that are none, without end, swapped or far away give zeros or numbers, never a trap.
  @Test func hostileBoxes() throws {
    let values: [Float] = [
      .nan, .infinity, -.infinity, 3e38, -3e38, 1e30, 1e9, -1e9, 5e5, 0, 3, 6, -1, .leastNonzeroMagnitude,
    ]
    var generator = SeededGenerator(seed: 3), rows: [Float] = []
    for _ in 0..<1500 { rows += [0] + (0..<4).map { _ in generator.one(of: values) } }
    let boxes = try Tensor(rows, shape: [1500, 5]), features = try Formula.tensor([1, 4, 4, 6], seed: 1)
    for ratio in [-1, 1, 7] {
      for aligned in [false, true] {
        let result = try features.roiAlign(boxes, outputSize: [2, 2], samplingRatio: ratio, aligned: aligned)
        #expect(try result.floats().allSatisfy { abs($0) <= 1.0001 })
      }
      #expect(
        try features.psRoIAlign(boxes, outputSize: [2, 2], samplingRatio: ratio).floats().allSatisfy(\.isFinite))
    }
    #expect(try features.roiPool(boxes, outputSize: [2, 2]).floats().allSatisfy(\.isFinite))
    #expect(try features.psRoIPool(boxes, outputSize: [2, 2]).floats().allSatisfy(\.isFinite))
    let bad = try Tensor([0, .nan, 0, 2, 2], shape: [1, 5])
    #expect(try features.roiAlign(bad, outputSize: [1, 1]).floats() == [0, 0, 0, 0])
    #expect(try features.roiPool(bad, outputSize: [1, 1]).floats() == [0, 0, 0, 0])
  }

  @Test func noBoxes() throws {
    let features = try Tensor.zeros([2, 3, 4, 5]), none = try Tensor([] as [Float], shape: [0, 5])
    #expect(try features.roiAlign(none, outputSize: [7, 6]).shape == [0, 3, 7, 6])
    #expect(try features.roiPool(none, outputSize: [7, 6]).shape == [0, 3, 7, 6])
    #expect(try features.psRoIPool(none, outputSize: [3, 1]).shape == [0, 1, 3, 1])
  }

  @Test func errors() throws {
    let features = try Tensor.zeros([2, 3, 4, 5]), box = try Tensor([1, 0, 0, 2, 2] as [Float], shape: [1, 5])
    for image: Float in [2, -1, .nan, .infinity] {
      let wrong = try Tensor([image, 0, 0, 2, 2], shape: [1, 5])
      #expect(errorMessage { try features.roiAlign(wrong, outputSize: [1, 1]) }.contains("there are 2"))
      #expect(errorMessage { try features.roiPool(wrong, outputSize: [1, 1]) }.contains("there are 2"))
      #expect(errorMessage { try features.psRoIAlign(wrong, outputSize: [1, 1]) }.contains("there are 2"))
      #expect(errorMessage { try features.psRoIPool(wrong, outputSize: [1, 1]) }.contains("there are 2"))
    }
    #expect(errorMessage { try features.roiAlign(box, outputSize: [0, 1]) }.contains("output size [0, 1]"))
    #expect(errorMessage { try features.roiAlign(box, outputSize: [Int.max, 1]) }.contains("output size"))
    #expect(errorMessage { try features.roiPool(box, outputSize: [1]) }.contains("output size [1]"))
    #expect(errorMessage { try features.roiAlign(box, outputSize: [1, 1], spatialScale: 0) }.contains("scale 0"))
    #expect(errorMessage { try features.roiPool(box, outputSize: [1, 1], spatialScale: .nan) }.contains("scale nan"))
    #expect(
      errorMessage { try features.roiAlign(box, outputSize: [1, 1], samplingRatio: Int.max) }.contains("ratio"))
    #expect(errorMessage { try features.psRoIPool(box, outputSize: [2, 1]) }.contains("3 channels do not divide"))
    #expect(errorMessage { try features.roiAlign(features, outputSize: [1, 1]) }.contains("[K, 5]"))
    #expect(errorMessage { try box.roiAlign(box, outputSize: [1, 1]) }.contains("[N, C, H, W]"))
    #expect(errorMessage { try Tensor.zeros([2, 1, 0, 4]).roiPool(box, outputSize: [1, 1]) }.contains("pixels"))
  }
}
