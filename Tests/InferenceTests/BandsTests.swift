import Inference
import TensorCore
import TestSupport
import Testing

/// Depthwise convolutions that run in bands of rows with what comes before and after them, against the same one by one.
@Suite struct BandsTests {
  /// A block of an inverted residual network.
  struct Block: Sendable, CustomTestStringConvertible {
    var batch = 1, height = 47, width = 53, channels = 8, expanded = 72, out = 8
    var kernel = 3, stride = 1, dilation = 1
    var expands = true, projects = true, isResidual = false, squeezes = false
    /// The steps that it should take.
    var steps: [String]

    var testDescription: String {
      "\(batch)x\(channels)x\(height)x\(width) \(expanded) \(out), \(kernel) / \(stride), \(steps)"
    }
  }

  static let all = "direct + depthwise + direct"
  static let blocks = [
    Block(isResidual: true, steps: [all]),
    Block(height: 112, width: 31, channels: 16, expanded: 96, out: 24, stride: 2, steps: [all]),
    Block(batch: 3, height: 40, width: 59, kernel: 5, isResidual: true, steps: [all]),
    Block(batch: 2, height: 61, width: 60, out: 10, kernel: 5, stride: 2, steps: [all]),
    Block(height: 50, width: 51, kernel: 7, dilation: 2, steps: [all]),
    Block(height: 33, width: 90, kernel: 3, dilation: 3, isResidual: true, steps: [all]),
    Block(
      height: 45, width: 75, channels: 72, out: 72, expands: false, isResidual: true, steps: ["depthwise + direct"]),
    Block(height: 45, width: 75, projects: false, steps: ["direct + depthwise"]),
    Block(
      batch: 2, height: 45, width: 75, expanded: 80, kernel: 5, isResidual: true, squeezes: true,
      steps: ["direct + depthwise + pool", "depthwise + direct"]),
    // Too many weights before the depthwise one; few after it.
    Block(batch: 2, height: 24, width: 25, channels: 256, expanded: 520, steps: ["depthwise + direct"]),
    // Factors that do not fill their last vector: no band scales.
    Block(height: 45, width: 75, expanded: 72, squeezes: true, steps: ["direct + depthwise + pool"]),
    Block(
      height: 60, width: 60, channels: 48, out: 48, expands: false, isResidual: true, squeezes: true,
      steps: ["depthwise + pool", "depthwise + direct"]),
  ]

  private static let parameters: @Sendable (String) throws(ShapeError) -> Tensor = { path throws(ShapeError) in
    let shape = path.split(separator: " ").dropFirst().compactMap { Int($0) }
    let terms = max(shape.dropFirst().reduce(1, *), 1)
    let size = 1.5 / Float(terms).squareRoot()
    return try Tensor(
      (0..<shape.reduce(1, *)).map { size * Formula.value($0, seed: UInt32(path.utf8.count)) }, shape: shape)
  }

  private static func parameter(_ name: String, _ shape: [Int]) throws(ShapeError) -> Tensor {
    let path = ([name] + shape.map { String($0) }).joined(separator: " ")
    let value = try parameters(path)
    return Recording.current?.parameter(path, value.spec) ?? value
  }

  private static func run(_ block: Block, _ x: Tensor) throws(ShapeError) -> [Tensor] {
    let e = block.expands ? block.expanded : block.channels, reach = (block.kernel - 1) * block.dilation / 2
    // Something before it, so that it reads a map.
    let x = try x.convolution(parameter("first", [block.channels, block.channels, 1, 1])).relu()
    var y = x
    if block.expands {
      y = try y.convolution(parameter("expand", [e, block.channels, 1, 1]), bias: parameter("b", [e])).silu()
    }
    y = try y.convolution(
      parameter("depth", [e, 1, block.kernel, block.kernel]), bias: parameter("bb", [e]),
      stride: [block.stride, block.stride], padding: [reach, reach], dilation: [block.dilation, block.dilation],
      groups: e
    ).silu()
    if block.squeezes {
      let few = try y.globalAveragePool().convolution(parameter("squeeze", [8, e, 1, 1])).relu()
      y = try y * few.convolution(parameter("excite", [e, 8, 1, 1])).sigmoid()
    }
    guard block.projects else { return [y] }
    y = try y.convolution(parameter("project", [block.out, e, 1, 1]), bias: parameter("bbb", [block.out]))
    return [block.isResidual ? try y + x : y]
  }

  @Test(arguments: blocks, [Precision.fp32, .bf16]) func bandsChangeNothing(block: Block, precision: Precision) throws {
    let network: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in try Self.run(block, x) }
    let input = try Formula.tensor([block.batch, block.channels, block.height, block.width], seed: 9)
    let compiled = [GraphPasses.all, GraphPasses.all.subtracting(.bands)].map {
      CompiledFunction(
        parameter: Self.parameters, passes: $0.subtracting(.parts), precision: precision, network)
    }
    let steps = try compiled.map { try #require(try $0.plan(for: input.spec)).profile([input]).map(\.algorithm) }
    let wanted = precision == .fp32 ? block.steps : block.steps.map { $0.replacing("direct", with: "direct bf16") }
    #expect(steps[0].filter { $0.contains(" + ") } == wanted, "\(steps[0])")
    #expect(!steps[1].contains { $0.contains(" + ") })
    for _ in 0..<3 {
      let result = try compiled[0](input)[0], expected = try compiled[1](input)[0]
      #expect(result.spec == expected.spec)
      if block.squeezes {
        // Averages are of bands first.
        try expectClose(result, expected, precision == .fp32 ? .accumulated : .bfloat16)
      } else {
        #expect(try result.floats() == expected.floats())
      }
    }
    if precision == .fp32 {
      try expectClose(try compiled[0](input)[0], try network(input)[0], .accumulated, "eagerly")
    }
  }

  /// With a batch that is cut into parts as well.
  @Test func bandsOfParts() throws {
    let block = Block(batch: 6, height: 90, width: 120, expanded: 80, isResidual: true, squeezes: true, steps: [])
    let network: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in try Self.run(block, x) }
    let input = try Formula.tensor([6, 8, 90, 120], seed: 9)
    let compiled = CompiledFunction(parameter: Self.parameters, network)
    let plan = try #require(try compiled.plan(for: input.spec))
    #expect(plan.partCount > 1)
    try expectClose(try compiled(input)[0], try network(input)[0], .accumulated)
  }

  /// What a chain reads is a slice of so many channels that rows are gathered which else are read where they lie.
  @Test(arguments: [Precision.fp32, .bf16]) func bandsOfSlices(precision: Precision) throws {
    let network: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let a = try x.convolution(Self.parameter("a", [64, 8, 1, 1])).relu()
      let whole = try Tensor.concatenate([a, x.convolution(Self.parameter("b", [448, 8, 1, 1])).relu()], axis: 1)
      let y = try a.convolution(Self.parameter("first", [96, 64, 1, 1])).relu()
      let z = try y.convolution(Self.parameter("depth", [96, 1, 3, 3]), padding: [1, 1], groups: 96).silu()
      return [try z.convolution(Self.parameter("project", [9, 96, 1, 1])), try whole.globalAveragePool()]
    }
    try expectSame(network, precision)
  }

  /// An average that goes along is a part of a concatenation.
  @Test(arguments: [Precision.fp32, .bf16]) func averagesOfBandsAreJoined(precision: Precision) throws {
    let network: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let y = try x.convolution(Self.parameter("first", [80, 8, 1, 1])).relu()
      let z = try y.convolution(Self.parameter("depth", [80, 1, 3, 3]), padding: [1, 1], groups: 80).silu()
      let both = try Tensor.concatenate([z.globalAveragePool(), x.globalAveragePool()], axis: 1)
      return [try both.convolution(Self.parameter("last", [9, 88, 1, 1])), z]
    }
    try expectSame(network, precision)
  }

  private func expectSame(
    _ network: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor], _ precision: Precision
  ) throws {
    let input = try Formula.tensor([2, 8, 47, 53], seed: 9)
    let compiled = [GraphPasses.all, GraphPasses.all.subtracting(.bands)].map {
      CompiledFunction(parameter: Self.parameters, passes: $0, precision: precision, network)
    }
    let steps = try #require(try compiled[0].plan(for: input.spec)).profile([input]).map(\.algorithm)
    #expect(steps.contains { $0.contains(" + depthwise") }, "\(steps)")
    let results = try compiled[0](input), others = try compiled[1](input), eager = try network(input)
    for index in eager.indices {
      try expectClose(results[index], others[index], precision == .fp32 ? .accumulated : .bfloat16, "output \(index)")
      if precision == .fp32 { try expectClose(results[index], eager[index], .accumulated, "output \(index), eagerly") }
    }
  }
}
