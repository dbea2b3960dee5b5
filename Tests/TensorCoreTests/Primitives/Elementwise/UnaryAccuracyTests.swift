import CKernels
import Foundation
import Testing

/// The accuracy that vk_unary.h promises, against float64 libm, over floats of every exponent and sign.
@Suite struct UnaryAccuracyTests {
  struct Function: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let code: vk_unary_function
    /// In units of the last place.
    let bound: Double
    /// What may come on top, times |x|.
    var relativeToInput = 0.0
    let exact: @Sendable (Double) -> Double
  }

  static let tail = 0x1p-148
  static let functions = [
    Function(testDescription: "exp", code: VK_EXP, bound: 2) { exp($0) },
    Function(testDescription: "expm1", code: VK_EXPM1, bound: 3) { expm1($0) },
    Function(testDescription: "log", code: VK_LOG, bound: 2) { log($0) },
    Function(testDescription: "log1p", code: VK_LOG1P, bound: 3) { log1p($0) },
    Function(testDescription: "erf", code: VK_ERF, bound: 3) { erf($0) },
    Function(testDescription: "tanh", code: VK_TANH, bound: 3) { tanh($0) },
    Function(testDescription: "sigmoid", code: VK_SIGMOID, bound: 3) { logistic($0) },
    Function(testDescription: "softplus", code: VK_SOFTPLUS, bound: 3) { max($0, 0) + log1p(exp(-abs($0))) },
    Function(testDescription: "elu", code: VK_ELU, bound: 3, relativeToInput: tail) { $0 > 0 ? $0 : 1.5 * expm1($0) },
    Function(testDescription: "silu", code: VK_SILU, bound: 4, relativeToInput: tail) { $0 * logistic($0) },
    Function(testDescription: "mish", code: VK_MISH, bound: 4, relativeToInput: tail) {
      let e = exp(min($0, 30)), n = e * (e + 2)
      return $0 * (n / (n + 2))
    },
    Function(testDescription: "gelu", code: VK_GELU, bound: 8, relativeToInput: tail) {
      $0 * 0.5 * erfc(-$0 * 0.5.squareRoot())
    },
    Function(testDescription: "gelu tanh", code: VK_GELU_TANH, bound: 8, relativeToInput: 2e-9) {
      $0 * logistic(2 * (2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))
    },
    Function(testDescription: "rsqrt", code: VK_RSQRT, bound: 2) { 1 / $0.squareRoot() },
    Function(testDescription: "sqrt", code: VK_SQRT, bound: 0.501) { $0.squareRoot() },
    Function(testDescription: "reciprocal", code: VK_RECIPROCAL, bound: 0.501) { 1 / $0 },
    Function(testDescription: "round", code: VK_ROUND, bound: 0) { $0.rounded(.toNearestOrEven) },
    Function(testDescription: "floor", code: VK_FLOOR, bound: 0) { $0.rounded(.down) },
    Function(testDescription: "ceil", code: VK_CEIL, bound: 0) { $0.rounded(.up) },
  ]

  static func logistic(_ x: Double) -> Double { x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)) }

  @Test(arguments: functions)
  func withinTheBoundInEveryTier(function: Function) {
    // An odd step through the bit patterns reaches every exponent and, in its low bits, everything else.
    let inputs =
      stride(from: UInt64(0), to: 1 << 32, by: 50_021).map { Float(bitPattern: UInt32($0)) }
      + [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1, -1]
      + stride(from: -110, to: 110, by: 0.0371).map { Float($0) }
    for isa in [VK_ISA_PORTABLE, VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
      var outputs = [Float](repeating: 0, count: inputs.count)
      vk_unary_f32(isa, function.code, inputs, &outputs, inputs.count, 1.5, 0)
      for (x, y) in zip(inputs, outputs) {
        let exact = function.exact(Double(x)), rounded = Float(exact)
        if exact.isNaN || !rounded.isFinite {
          #expect(y == rounded || (y.isNaN && exact.isNaN) || nearOverflow(y, exact), "f(\(x)) is \(y), not \(exact)")
          if !(y == rounded || (y.isNaN && exact.isNaN) || nearOverflow(y, exact)) { return }
          continue
        }
        let unit = max(Double(rounded.ulp), 0x1p-149)
        let extra = function.relativeToInput == 0 ? 0 : function.relativeToInput * abs(Double(x))
        if !(abs(Double(y) - exact) <= function.bound * unit + extra) {
          Issue.record("f(\(x)) is \(y), not \(exact): \(abs(Double(y) - exact) / unit) units, tier \(isa.rawValue)")
          return
        }
      }
    }
  }

  /// Whether a result that should just overflow is the largest number, or the other way round.
  private func nearOverflow(_ y: Float, _ exact: Double) -> Bool {
    exact.isFinite && abs(exact) < 0x1.00001p128 && abs(y) >= .greatestFiniteMagnitude
  }
}
