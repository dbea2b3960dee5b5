import TensorCore
import TestSupport
import Testing

/// Reductions, softmax, running sums and argmax against PyTorch, on what `Scripts/golden/reductions.py` drew.
@Suite struct ReductionGoldenTests {
  struct Case: Decodable {
    let operation: String
    let operand: GoldenOperand
    let result: String
    let axes: [Int]?
    let keep: Bool?
    let axis: Int?
    /// Every how manieth result the golden holds.
    let every: Int?
  }

  @Test func everyCaseAgreesWithPyTorch() throws {
    let golden = try Golden("reductions")
    let cases = try golden.cases(Case.self)
    #expect(cases.count == 400)
    for item in cases {
      let x = try item.operand.tensor(boolAbove: -0.75)
      var result = try Self.apply(item, x)
      if let step = item.every {
        let values = try result.floats()
        result = try Tensor(
          stride(from: 0, to: values.count, by: step).map { values[$0] }, shape: golden[item.result].shape)
      }
      let tolerance = item.operand.tolerance(.elementwise)
      try expectClose(
        result, golden[item.result], tolerance,
        "\(item.operation) of \(x.spec), axes \(item.axes ?? []) \(item.axis ?? 0)")
    }
  }

  static func apply(_ item: Case, _ x: Tensor) throws -> Tensor {
    let axes = item.axes, keep = item.keep ?? false
    switch item.operation {
    case "sum": return try x.sum(axes: axes, keepAxes: keep)
    case "mean": return try x.mean(axes: axes, keepAxes: keep)
    case "product": return try x.product(axes: axes, keepAxes: keep)
    case "max": return try x.max(axes: axes, keepAxes: keep)
    case "min": return try x.min(axes: axes, keepAxes: keep)
    case "variance": return try x.variance(axes: axes, keepAxes: keep)
    case "varianceBiased": return try x.variance(axes: axes, unbiased: false, keepAxes: keep)
    case "standardDeviation": return try x.standardDeviation(axes: axes, keepAxes: keep)
    case "standardDeviationBiased": return try x.standardDeviation(axes: axes, unbiased: false, keepAxes: keep)
    case "logSumExp": return try x.logSumExp(axes: axes, keepAxes: keep)
    case "norm": return try x.norm(axes: axes, keepAxes: keep)
    case "any": return try x.any(axes: axes, keepAxes: keep)
    case "all": return try x.all(axes: axes, keepAxes: keep)
    case "softmax": return try x.softmax(axis: item.axis ?? 0)
    case "logSoftmax": return try x.logSoftmax(axis: item.axis ?? 0)
    case "cumulativeSum": return try x.cumulativeSum(axis: item.axis ?? 0)
    case "argmax": return try x.argmax(axis: item.axis)
    case "argmin": return try x.argmin(axis: item.axis)
    default: throw ShapeError(.argument, item.operation, "the test does not know it")
    }
  }
}
