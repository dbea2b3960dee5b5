import TensorCore
import TestSupport
import Testing

/// Everything on regions, and deformable convolution, against torchvision's: `Scripts/golden/regions.py`.
@Suite struct RegionGoldenTests {
  private struct Case: Decodable {
    let key: String, operation: String, shape: [Int], seed: UInt32, size: [Int]
    let scale: Double?, ratio: Int?, aligned: Bool?
    let outputs: Int?, kernel: [Int]?, groups: Int?, offsetGroups: Int?, hasMask: Bool?, hasBias: Bool?
    let stride: [Int]?, padding: [Int]?, dilation: [Int]?, reach: Float?

    func region(_ boxes: Tensor) throws -> Tensor {
      let features = try Formula.tensor(shape, seed: seed), scale = scale ?? 0, ratio = ratio ?? -1
      return switch operation {
      case "align":
        try features.roiAlign(
          boxes, outputSize: size, spatialScale: scale, samplingRatio: ratio, aligned: aligned ?? false)
      case "pool": try features.roiPool(boxes, outputSize: size, spatialScale: scale)
      case "psAlign": try features.psRoIAlign(boxes, outputSize: size, spatialScale: scale, samplingRatio: ratio)
      default: try features.psRoIPool(boxes, outputSize: size, spatialScale: scale)
      }
    }

    func deformable() throws -> Tensor {
      let kernel = kernel ?? [], outputs = outputs ?? 0, moved = offsetGroups ?? 1, taps = kernel.reduce(1, *)
      let weight = try Formula.tensor([outputs, shape[1] / (groups ?? 1)] + kernel, seed: seed + 1)
      let offset = try Formula.tensor([shape[0], moved * 2 * taps] + size, seed: seed + 2, scale: reach ?? 1)
      let mask = try Formula.tensor([shape[0], moved * taps] + size, seed: seed + 3, scale: 0.5, offset: 0.5)
      let bias = try Formula.tensor([outputs], seed: seed + 4)
      return try Formula.tensor(shape, seed: seed).deformableConvolution(
        weight, offset: offset, mask: hasMask == true ? mask : nil, bias: hasBias == true ? bias : nil,
        stride: stride ?? [], padding: padding ?? [], dilation: dilation ?? [])
    }
  }

  @Test func agreeWithTorchvision() throws {
    let golden = try Golden("regions")
    let cases = try golden.cases(Case.self)
    #expect(cases.count == 48)
    for item in cases {
      if item.operation == "deformable" {
        try expectClose(item.deformable(), golden[item.key], .accumulated, item.key)
      } else {
        let result = try item.region(golden[item.key + ".boxes"])
        let tolerance: Tolerance = item.operation == "pool" ? .exact : .accumulated
        try expectClose(result, golden[item.key], tolerance, "\(item.key) \(item.operation)")
      }
    }
  }

  /// Each box is worked out alone, so the thread that does it, and its neighbours, change no bit.
  @Test func sameBitsOnOneThread() throws {
    let features = try Formula.tensor([1, 70, 40, 60], seed: 5)
    var rows: [Float] = []
    for box in 0..<300 {
      let x = Float(box % 50), y = Float(box % 31)
      rows += [0, x, y, x + Float(box % 17), y + Float(box % 13)]
    }
    let boxes = try Tensor(rows, shape: [300, 5])
    let many = try features.roiAlign(boxes, outputSize: [7, 7], samplingRatio: 2)
    let one = try OneThread.run { try features.roiAlign(boxes, outputSize: [7, 7], samplingRatio: 2) }
    try expectClose(many, one, .exact)
    let alone = try features.roiAlign(
      boxes.narrow(axis: 0, start: 123, length: 1), outputSize: [7, 7], samplingRatio: 2)
    try expectClose(alone, many.narrow(axis: 0, start: 123, length: 1), .exact)
  }

  @Test(arguments: [DType.bfloat16, .float16]) func halfPrecision(_ dtype: DType) throws {
    let features = try Formula.tensor([1, 3, 9, 10], seed: 7).cast(to: dtype)
    let boxes = try Tensor([0, 1, 2, 6, 7.5], shape: [1, 5])
    let wide = try features.cast(to: .float32).roiAlign(boxes, outputSize: [2, 3], samplingRatio: 2)
    try expectClose(
      features.roiAlign(boxes, outputSize: [2, 3], samplingRatio: 2), wide.cast(to: dtype), .exact)
  }
}
