import TensorCore
import Testing

/// The one table of tolerances: how far a result may lie from the field's.
package enum Tolerance {
  /// Operations that only move or compare elements.
  case exact
  /// Element-wise arithmetic and activations: 2e-6 of the value, 1e-7 near zero.
  case elementwise
  /// Sums of many products: convolution, matrix product, reductions, normalisation: 1e-5 of the largest output.
  case accumulated
  /// bfloat16 results: 1/128 of the largest output.
  case bfloat16
  /// float16 results: 1/1024 of the largest output.
  case float16
  /// Whole networks: 1e-4 of the largest output.
  case network

  /// The difference allowed at `expected`, where the largest expected magnitude is `largest`.
  package func allowed(at expected: Float, largest: Float) -> Float {
    switch self {
    case .exact: 0
    case .elementwise: max(2e-6 * abs(expected), 1e-7)
    case .accumulated: 1e-5 * max(largest, 1e-3)
    case .bfloat16: largest / 128
    case .float16: largest / 1024
    case .network: 1e-4 * largest
    }
  }
}

/// Expects equal shapes and types and every element within the tolerance; records the first that is not. NaN equals NaN.
package func expectClose(
  _ actual: Tensor, _ expected: Tensor, _ tolerance: Tolerance, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  guard actual.spec == expected.spec else {
    Issue.record("\(what): got \(actual.spec), expected \(expected.spec)", sourceLocation: sourceLocation)
    return
  }
  if !expected.dtype.isFloatingPoint {
    #expect(try actual.integers() == expected.integers(), "\(what)", sourceLocation: sourceLocation)
    return
  }
  let got = try actual.floats(), wanted = try expected.floats()
  let largest = wanted.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  for (index, (a, b)) in zip(got, wanted).enumerated() where !(a == b || (a.isNaN && b.isNaN)) {
    if !(abs(a - b) <= tolerance.allowed(at: b, largest: largest)) {
      Issue.record(
        "\(what): element \(index) is \(a), expected \(b) (shape \(expected.shape))", sourceLocation: sourceLocation)
      return
    }
  }
}
