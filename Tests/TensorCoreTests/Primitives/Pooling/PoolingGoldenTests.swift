import TensorCore
import TestSupport
import Testing

/// Every pooling against PyTorch's: `Scripts/golden/pooling.py`.
@Suite struct PoolingGoldenTests {
  private struct Case: Decodable {
    let key: String, operation: String, shape: [Int], seed: UInt32
    let kernel: [Int]?, stride: [Int]?, padding: [Int]?, dilation: [Int]?, size: [Int]?
    let ceil: Bool?, include: Bool?, divisor: Int?

    func result(_ x: Tensor) throws -> Tensor {
      switch operation {
      case "max":
        try x.maxPool(
          kernel: kernel ?? [], stride: stride, padding: padding ?? [], dilation: dilation ?? [],
          ceilMode: ceil ?? false)
      case "average":
        try x.averagePool(
          kernel: kernel ?? [], stride: stride, padding: padding ?? [], ceilMode: ceil ?? false,
          countIncludePad: include ?? true, divisorOverride: divisor)
      case "adaptiveAverage": try x.adaptiveAveragePool(size ?? [])
      case "adaptiveMax": try x.adaptiveMaxPool(size ?? [])
      default: try x.globalAveragePool()
      }
    }

    var isExact: Bool { operation == "max" || operation == "adaptiveMax" }
  }

  @Test func agreeWithPyTorch() throws {
    let golden = try Golden("pooling")
    let cases = try golden.cases(Case.self)
    #expect(cases.count == 95)
    for item in cases {
      let x = try Formula.tensor(item.shape, seed: item.seed)
      try expectClose(item.result(x), golden[item.key], item.isExact ? .exact : .accumulated, "\(item)")
      guard item.operation == "max", item.padding?.count == 2 else { continue }
      let (values, indices) = try x.maxPoolWithIndices(
        kernel: item.kernel ?? [], stride: item.stride, padding: item.padding ?? [], dilation: item.dilation ?? [],
        ceilMode: item.ceil ?? false)
      try expectClose(values, golden[item.key], .exact, "\(item)")
      try expectClose(indices, golden[item.key + ".indices"], .exact, "\(item)")
    }
  }

  /// Halves are widened, pooled and rounded: what the pooling of the rounded values in float32 gives, rounded.
  @Test(arguments: [DType.bfloat16, .float16]) func halfPrecision(_ dtype: DType) throws {
    let x = try Formula.tensor([1, 3, 9, 10], seed: 7).cast(to: dtype)
    let wide = try x.cast(to: .float32)
    let pooled = try x.averagePool(kernel: [3, 3], stride: [2, 2])
    try expectClose(pooled, wide.averagePool(kernel: [3, 3], stride: [2, 2]).cast(to: dtype), .exact)
    let (values, indices) = try x.maxPoolWithIndices(kernel: [2, 2])
    #expect(values.dtype == dtype && indices.dtype == .int64)
    try expectClose(values, wide.maxPool(kernel: [2, 2]).cast(to: dtype), .exact)
  }
}
