import TensorCore
import TestSupport
import Testing

/// Every normalisation against PyTorch's in double precision: `Scripts/golden/normalization.py`.
@Suite struct NormalizationGoldenTests {
  private struct Case: Decodable {
    let key: String, operation: String, shape: [Int], seed: UInt32, scale: Float, offset: Float, parameters: [Bool]
    let epsilon: Double?, last: Int?, groups: Int?, axis: Int?
    let size: Int?, alpha: Double?, beta: Double?, k: Double?

    func parameter(_ index: Int) throws -> Tensor? {
      guard parameters[index] else { return nil }
      let shape = last.map { Array(self.shape.suffix($0)) } ?? [self.shape[1]]
      return try Formula.tensor(shape, seed: seed + 1 + UInt32(index), scale: 0.5, offset: 1)
    }

    func result(_ x: Tensor) throws -> Tensor? {
      let epsilon = epsilon ?? 0
      switch operation {
      case "batch":
        guard let mean = try parameter(0), let variance = try parameter(1) else { return nil }
        return try x.batchNorm(
          mean: mean, variance: variance, weight: parameter(2), bias: parameter(3), epsilon: epsilon)
      case "layer":
        return try x.layerNorm(
          normalizedShape: shape.suffix(last ?? 0), weight: parameter(0), bias: parameter(1), epsilon: epsilon)
      case "rms": return try x.rmsNorm(normalizedShape: shape.suffix(last ?? 0), weight: parameter(0), epsilon: epsilon)
      case "group":
        return try x.groupNorm(groups: groups ?? 0, weight: parameter(0), bias: parameter(1), epsilon: epsilon)
      case "instance": return try x.instanceNorm(weight: parameter(0), bias: parameter(1), epsilon: epsilon)
      case "response": return try x.localResponseNorm(size: size ?? 0, alpha: alpha ?? 0, beta: beta ?? 0, k: k ?? 0)
      case "l2": return try x.l2Normalize(axis: axis ?? 9)
      default: return nil
      }
    }
  }

  @Test func agreeWithPyTorch() throws {
    let golden = try Golden("normalization")
    let cases = try golden.cases(Case.self)
    #expect(cases.count == 84)
    for item in cases {
      let x = try Formula.tensor(item.shape, seed: item.seed, scale: item.scale, offset: item.offset)
      guard let result = try item.result(x) else {
        Issue.record("\(item)")
        continue
      }
      try expectClose(result, golden[item.key], .accumulated, "\(item)")
    }
  }

  @Test func byHand() throws {
    let x = try Tensor([1.0, 2, 3, 6], shape: [1, 2, 2])
    let two = try Tensor([2.0, 4], shape: [2]), ones = try Tensor.ones([2])
    let batch = try x.batchNorm(
      mean: ones, variance: Tensor([3.0, 8], shape: [2]), weight: two, bias: ones, epsilon: 1)
    try expectClose(batch, Tensor([1.0, 2, 3.6666667, 7.6666665], shape: [1, 2, 2]), .elementwise)
    #expect(try x.layerNorm(normalizedShape: [2], weight: two, bias: ones, epsilon: 0).floats() == [-1, 5, -1, 5])
    try expectClose(x.instanceNorm(epsilon: 0), Tensor([-1.0, 1, -1, 1], shape: [1, 2, 2]), .elementwise)
    // Mean 3, variance (4 + 1 + 0 + 9) / 4.
    let deviation = Float(3.5).squareRoot()
    try expectClose(
      x.groupNorm(groups: 1, epsilon: 0), Tensor([-2.0, -1, 0, 3].map { $0 / deviation }, shape: [1, 2, 2]),
      .accumulated)
    let y = try Tensor([3.0, 4], shape: [1, 2])
    try expectClose(y.l2Normalize(), Tensor([0.6, 0.8], shape: [1, 2]), .elementwise)
    #expect(try Tensor.zeros([1, 2]).l2Normalize().floats() == [0, 0])
    try expectClose(
      y.rmsNorm(normalizedShape: [2], epsilon: 0),
      Tensor([3.0, 4].map { $0 / Float(12.5).squareRoot() }, shape: [1, 2]),
      .elementwise)
    // 1 + 3 / 3 * (0 + 3^2 + 4^2) = 26, and 1 + 9 + 16 + 0 again for the other channel.
    let z = try Tensor([3.0, 4], shape: [1, 2, 1])
    try expectClose(
      z.localResponseNorm(size: 3, alpha: 3, beta: 0.5),
      Tensor([3.0, 4].map { $0 / Float(26).squareRoot() }, shape: [1, 2, 1]),
      .elementwise)
  }

  @Test func emptyAndHalf() throws {
    #expect(try Tensor.zeros([0, 3, 2, 2]).groupNorm(groups: 3).shape == [0, 3, 2, 2])
    #expect(try Tensor.zeros([2, 3, 0]).instanceNorm().shape == [2, 3, 0])
    let x = try Formula.tensor([2, 8], seed: 1)
    let half = try x.cast(to: .bfloat16)
    let result = try half.layerNorm(normalizedShape: [8])
    #expect(result.dtype == .bfloat16)
    try expectClose(result, half.cast(to: .float32).layerNorm(normalizedShape: [8]).cast(to: .bfloat16), .exact)
  }

  @Test func errors() throws {
    let x = try Tensor.zeros([2, 6, 5]), five = try Tensor.zeros([5]), six = try Tensor.zeros([6])
    let batch = errorMessage { try x.batchNorm(mean: six, variance: five) }
    #expect(batch.contains("[2, 6, 5]") && batch.contains("[5]") && batch.hasPrefix("batchNorm"))
    #expect(errorMessage { try six.batchNorm(mean: six, variance: six) }.contains("[N, C, ...]"))
    #expect(errorMessage { try x.layerNorm(normalizedShape: [6]) }.contains("[6]"))
    #expect(errorMessage { try x.layerNorm(normalizedShape: []) }.contains("[]"))
    let layer = errorMessage { try x.layerNorm(normalizedShape: [5], weight: six) }
    #expect(layer.contains("[2, 6, 5], [6]"))
    #expect(errorMessage { try x.groupNorm(groups: 4) }.contains("4 groups"))
    #expect(errorMessage { try x.groupNorm(groups: 0) }.contains("0 groups"))
    #expect(errorMessage { try x.groupNorm(groups: 2, epsilon: .nan) }.contains("epsilon"))
    #expect(errorMessage { try x.instanceNorm(weight: five) }.contains("[5]"))
    #expect(errorMessage { try x.localResponseNorm(size: 0) }.contains("size 0"))
    #expect(errorMessage { try x.l2Normalize(axis: 3) }.contains("axis 3"))
    #expect(errorMessage { try x.rmsNorm(normalizedShape: [5, 6]) }.contains("[5, 6]"))
  }
}
