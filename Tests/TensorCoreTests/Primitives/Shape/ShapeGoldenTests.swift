import TensorCore
import TestSupport
import Testing

/// Operations that move elements, against PyTorch: a golden says for each element of a result which input element it is.
@Suite struct ShapeGoldenTests {
  struct Case: Decodable, CustomStringConvertible {
    let operation: String, shapes: [[Int]], results: [String]
    let axis: Int?, values: [Int]?, axes: [Int]?, ranges: [[Int?]]?, numbers: [Double]?
    let index: String?, mode: String?, largest: Bool?
    var description: String {
      "\(operation) \(shapes) axis \(axis ?? 0) values \(values ?? []) axes \(axes ?? []) ranges \(ranges ?? []) "
        + "\(mode ?? "")"
    }
  }

  static let computing: Set = ["scatterAdd", "topK", "arange", "linspace", "nonzero", "oneHot"]

  @Test(arguments: DType.allCases)
  func elementsMoveAsInPyTorch(dtype: DType) throws {
    let golden = try Golden("shape_operations")
    let cases = try golden.cases(Case.self).filter { !Self.computing.contains($0.operation) }
    #expect(cases.count > 200)
    var seed: UInt32 = 1
    for test in cases {
      var inputs: [Tensor] = []
      for shape in test.shapes {
        inputs.append(try Bytes.tensor(shape, dtype, seed: seed))
        seed += 1
      }
      let outputs = try apply(test, inputs, golden)
      #expect(outputs.count == test.results.count, "\(test)")
      let elements = inputs.flatMap(Bytes.elements)
      let padding = dtype.elementBits(2.5)
      for (output, name) in zip(outputs, test.results) {
        let sources = try golden[name]
        #expect(output.shape == sources.shape && output.dtype == dtype, "\(test)")
        let zero = test.operation == "pad" ? padding : 0
        let expected = try sources.integers().map { $0 < 0 ? zero : elements[$0] }
        #expect(Bytes.elements(output) == expected, "\(test) of \(dtype)")
      }
    }
  }

  private func apply(_ test: Case, _ x: [Tensor], _ golden: Golden) throws -> [Tensor] {
    let values = test.values ?? [], axis = test.axis ?? 0
    switch test.operation {
    case "permute": return [try x[0].permute(values)]
    case "flip": return [try x[0].flip(values)]
    case "slice":
      return [try x[0].slice((test.ranges ?? []).map { SliceRange($0[0], $0[1], step: $0[2] ?? 1) })]
    case "expand": return [try x[0].expand(to: values)]
    case "tile": return [try x[0].tile(values)]
    case "pad":
      let modes: [String: PadMode] = [
        "constant": .constant(2.5), "reflect": .reflect, "replicate": .replicate, "circular": .circular,
      ]
      let mode = try #require(modes[test.mode ?? ""])
      return [try x[0].pad((test.ranges ?? []).map { ($0[0] ?? 0, $0[1] ?? 0) }, mode: mode)]
    case "roll": return [try x[0].roll(values, axes: test.axes ?? [])]
    case "concatenate": return [try Tensor.concatenate(x, axis: axis)]
    case "stack": return [try Tensor.stack(x, axis: axis)]
    case "split": return try x[0].split(sizes: values, axis: axis)
    case "chunk": return try x[0].chunk(values[0], axis: axis)
    case "gather": return [try x[0].gather(axis: axis, index: golden[test.index ?? ""])]
    case "scatter": return [try x[0].scatter(axis: axis, index: golden[test.index ?? ""], source: x[1])]
    case "indexSelect": return [try x[0].indexSelect(axis: axis, index: golden[test.index ?? ""])]
    case "tril": return [try x[0].tril(diagonal: values[0])]
    case "triu": return [try x[0].triu(diagonal: values[0])]
    case "pixelShuffle": return [try x[0].pixelShuffle(values[0])]
    case "pixelUnshuffle": return [try x[0].pixelUnshuffle(values[0])]
    default:
      Issue.record("no such operation: \(test.operation)")
      return []
    }
  }

  @Test func orderIsPyTorchs() throws {
    let golden = try Golden("shape_operations")
    let cases = try golden.cases(Case.self).filter { $0.operation == "topK" }
    #expect(cases.count > 100)
    for test in cases {
      let dtype = try #require(DType(rawValue: test.mode ?? "")), axis = test.axis ?? 0, largest = test.largest ?? true
      let numbers = try Formula.tensor(test.shapes[0], seed: 5, scale: 16).floats().map { $0.rounded(.down) }
      let input = try Tensor(
        numbers.map { dtype == .uint8 ? abs($0) : dtype == .bool ? ($0 > 0 ? 1 : 0) : $0 }, shape: test.shapes[0]
      ).cast(to: dtype)
      let (values, indices) = try input.topK(test.values?[0] ?? 0, axis: axis, largest: largest)
      let expected = try golden[test.results[0]]
      #expect(indices.shape == expected.shape && values.shape == expected.shape, "\(test)")
      #expect(try indices.integers() == expected.integers(), "\(test) largest \(largest)")
      #expect(try Bytes.elements(values) == Bytes.elements(input.gather(axis: axis, index: indices)), "\(test)")
      if expected.shape == input.shape {
        #expect(try input.argsort(axis: axis, descending: largest).integers() == expected.integers(), "\(test)")
      }
    }
  }

  @Test func sumsArePyTorchs() throws {
    let golden = try Golden("shape_operations")
    let cases = try golden.cases(Case.self).filter { $0.operation == "scatterAdd" }
    #expect(!cases.isEmpty)
    for test in cases {
      let target = try Formula.tensor(test.shapes[0], seed: 1), source = try Formula.tensor(test.shapes[1], seed: 2)
      let result = try target.scatterAdd(axis: test.axis ?? 0, index: golden[test.index ?? ""], source: source)
      try expectClose(result, golden[test.results[0]], .accumulated, "\(test)")
    }
  }

  @Test func creationIsPyTorchs() throws {
    let golden = try Golden("shape_operations")
    for test in try golden.cases(Case.self) where Self.computing.contains(test.operation) {
      let numbers = test.numbers ?? [], expected = try golden[test.results[0]]
      switch test.operation {
      case "arange":
        let range = try Tensor.arange(from: numbers[0], to: numbers[1], step: numbers[2])
        try expectClose(range, expected, .elementwise, "arange \(numbers)")
      case "linspace":
        let space = try Tensor.linspace(from: numbers[0], to: numbers[1], count: Int(numbers[2]))
        try expectClose(space, expected, .elementwise, "linspace \(numbers)")
      case "nonzero":
        let count = test.shapes[0].reduce(1, *)
        let input = try Tensor((0..<count).map { $0 % 3 }, shape: test.shapes[0])
        for dtype in DType.allCases {
          try expectClose(input.cast(to: dtype).nonzero(), expected, .exact, "\(test) of \(dtype)")
        }
      case "oneHot":
        for dtype in DType.allCases {
          let result = try golden[test.index ?? ""].oneHot(classes: 7, dtype: dtype)
          try expectClose(result.cast(to: .int64), expected, .exact, "\(test) of \(dtype)")
        }
      default: break
      }
    }
  }
}
