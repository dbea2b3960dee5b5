import TensorCore
import TestSupport
import Testing

/// Every element-wise operation against PyTorch, on the shapes and types that `Scripts/golden/elementwise.py` drew.
@Suite struct ElementwiseGoldenTests {
  struct Case: Decodable {
    let operation: String
    let operands: [GoldenOperand]
    let result: String
  }

  @Test func everyCaseAgreesWithPyTorch() throws {
    let golden = try Golden("elementwise")
    let cases = try golden.cases(Case.self)
    #expect(cases.count > 500)
    for item in cases {
      let inputs = try item.operands.map { try $0.tensor() }
      let what = "\(item.operation) of \(inputs.map { "\($0.spec)" })"
      let result = try Self.apply(item.operation, inputs)
      try expectClose(result, golden[item.result], item.operands[0].tolerance(.elementwise), what)
    }
  }

  /// NaN, infinities, zeros, subnormal and extreme numbers, and every pair of them.
  @Test func specialValuesAgreeWithPyTorch() throws {
    let golden = try Golden("elementwise")
    let special = try golden["special"], n = special.count
    var tested = 0
    for name in golden.tensors.keys.sorted() where name.hasPrefix("special ") {
      let operation = String(name.dropFirst("special ".count))
      let expected = try golden[name]
      let inputs =
        expected.rank == 2
        ? [special.sharing(TensorSpec([n, 1], .float32)), special.sharing(TensorSpec([1, n], .float32))] : [special]
      try expectClose(Self.apply(operation, inputs), expected, .elementwise, "\(operation) of special values")
      tested += 1
    }
    #expect(tested == 41)
  }

  static func apply(_ operation: String, _ x: [Tensor]) throws -> Tensor {
    if let function = unary[operation] { return try x[0].apply(function) }
    if let function = binary[operation] { return try Tensor.applySingle(Binary(function), x[0], x[1]) }
    if let function = comparison[operation] {
      // The script rounds floating-point operands, so that some are equal.
      let rounded = x[0].dtype.isFloatingPoint ? [try x[0].round(), try x[1].round()] : x
      return try Tensor.applySingle(Comparison(function), rounded[0], rounded[1])
    }
    switch operation {
    case "clamp": return try x[0].dtype.isFloatingPoint ? x[0].clamp(min: -0.75, max: 1.5) : x[0].clamp(min: -5, max: 9)
    case "logicalAnd": return try x[0].logicalAnd(x[1])
    case "logicalOr": return try x[0].logicalOr(x[1])
    case "logicalXor": return try x[0].logicalXor(x[1])
    case "where": return try Tensor.where(x[0], x[1], x[2])
    case "preLU": return try x[0].preLU(weight: x[1])
    default: throw ShapeError(.argument, operation, "the test does not know it")
    }
  }

  static let unary: [String: Unary.Function] = [
    "negate": .negate, "abs": .abs, "sign": .sign, "square": .square, "reciprocal": .reciprocal, "sqrt": .sqrt,
    "rsqrt": .rsqrt, "floor": .floor, "ceil": .ceil, "round": .round, "exp": .exp, "expm1": .expm1, "log": .log,
    "log1p": .log1p, "sin": .sin, "cos": .cos, "atan": .atan, "erf": .erf, "tanh": .tanh, "sigmoid": .sigmoid,
    "softplus": .softplus, "relu": .relu, "leakyReLU": .leakyReLU(slope: 0.125), "elu": .elu(alpha: 0.75),
    "silu": .silu, "mish": .mish, "gelu": .gelu, "geluTanh": .geluTanh, "hardswish": .hardswish,
    "hardsigmoid": .hardsigmoid, "relu6": .clamp(min: 0, max: 6),
  ]
  static let binary: [String: Binary.Function] = [
    "add": .add, "subtract": .subtract, "multiply": .multiply, "divide": .divide, "power": .power,
    "minimum": .minimum, "maximum": .maximum, "remainder": .remainder, "atan2": .atan2,
  ]
  static let comparison: [String: Comparison.Function] = [
    "equal": .equal, "notEqual": .notEqual, "less": .less, "lessOrEqual": .lessOrEqual, "greater": .greater,
    "greaterOrEqual": .greaterOrEqual,
  ]
}
