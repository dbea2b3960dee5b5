import CKernels
import Inference
import TensorCore
import TestSupport
import Testing

/// Compiled functions against the same ones run eagerly.
@Suite struct CompiledFunctionTests {
  private static let parameters: @Sendable (String) throws(ShapeError) -> Tensor = { path throws(ShapeError) in
    func filled(_ shape: [Int], _ seed: UInt32, _ scale: Float, _ offset: Float) throws(ShapeError) -> Tensor {
      try Tensor((0..<shape.reduce(1, *)).map { offset + scale * Formula.value($0, seed: seed) }, shape: shape)
    }
    switch path {
    case "kernel": return try filled([8, 8, 3, 3], 1, 0.2, 0)
    case "narrow": return try filled([3, 8, 5, 5], 4, 0.2, 0)
    case "first": return try filled([6, 1, 5, 5], 8, 0.2, 0)
    case "bias": return try filled([6], 10, 0.2, 0)
    case "rows": return try filled([5, 48], 11, 0.2, 0)
    case "matrix": return try filled([5, 8], 2, 1, 0)
    case "patches4": return try filled([6, 12, 3, 3], 5, 0.2, 0)
    case "patches9": return try filled([6, 18, 2, 1], 6, 0.2, 0)
    case "wide": return try filled([3, 8, 9, 9], 7, 0.05, 0)
    default: return try filled([8], UInt32(path.utf8.reduce(0) { $0 + Int($1) }), 0.4, 1)
    }
  }

  /// A parameter: its placeholder while a function is recorded, its values otherwise.
  private static func parameter(_ path: String) throws(ShapeError) -> Tensor {
    let value = try parameters(path)
    return Recording.current?.parameter(path, value.spec) ?? value
  }

  private func expectSame(
    _ shape: [Int], _ function: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let compiled = CompiledFunction(parameter: Self.parameters, function)
    for shape in [shape, [shape[0] + 1] + shape.dropFirst()] {
      let input = try Formula.tensor(shape, seed: 9), expected = try function(input)
      #expect(try compiled.plan(for: input.spec) != nil, sourceLocation: sourceLocation)
      // Twice: the second run works in the memory of the first.
      for _ in 0..<2 {
        for (result, expected) in zip(try compiled(input), expected) {
          try expectClose(result, expected, .accumulated, "\(shape)", sourceLocation: sourceLocation)
        }
      }
    }
  }

  private static func norm(_ x: Tensor, _ name: String) throws(ShapeError) -> Tensor {
    try x.batchNorm(mean: parameter(name + "m"), variance: parameter(name + "v"), weight: parameter(name + "w"))
  }

  /// Each run has memory of its own, and the pool's threads are those of one of them.
  @Test func runsAtOnceKeepApart() async throws {
    let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let y = try Self.norm(x.convolution(Self.parameter("kernel"), padding: [1, 1]), "a").relu()
      return [try y.convolution(Self.parameter("wide"), padding: [4, 4])]
    }
    let compiled = CompiledFunction(parameter: Self.parameters, function)
    let inputs = try (0..<4).map { try Formula.tensor([2, 8, 32 + 8 * $0, 40], seed: UInt32($0)) }
    let expected = try inputs.map(function)
    try await withThrowingTaskGroup(of: (Int, [Tensor]).self) { group in
      for run in 0..<48 { group.addTask { (run % 4, try compiled(inputs[run % 4])) } }
      for try await (number, results) in group { try expectClose(results[0], expected[number][0], .accumulated) }
    }
  }

  @Test(arguments: GraphPasses.names.map(\.name) + ["all"]) func passesChangeNothing(without name: String) throws {
    let left = GraphPasses.names.filter { $0.name != name && name != "all" }.map(\.pass)
    let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let y = try Self.norm(x.convolution(Self.parameter("kernel"), padding: [1, 1]), "a").relu()
      let sum = try (y + x) * (Self.parameter("one") + Self.parameter("two")).reshape([1, 8, 1, 1])
      return [try sum.permute([0, 2, 3, 1]).flip([1]).linear(Self.parameter("matrix")).softmax(axis: 3)]
    }
    let input = try Formula.tensor([2, 8, 9, 7], seed: 9), expected = try function(input)
    let compiled = CompiledFunction(parameter: Self.parameters, passes: GraphPasses(left), function)
    #expect(try compiled.plan(for: input.spec) != nil)
    try expectClose(compiled(input)[0], expected[0], .accumulated, name)
  }

  /// Convolutions, depthwise ones, residuals, matrix products: as in float arithmetic but for the rounding of factors, and other
  /// numbers than it gives.
  @Test func bf16FollowsFloats() throws {
    let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let a = try Self.norm(x.convolution(Self.parameter("kernel"), padding: [1, 1]), "a").relu()
      let deep = try a.convolution(
        Self.parameter("kernel").narrow(axis: 1, start: 0, length: 1), padding: [1, 1], groups: 8)
      let b = try (Self.norm(deep.convolution(Self.parameter("kernel"), padding: [1, 1]), "b") + a).relu()
      let itself =
        try b
        + b.convolution(
          Self.parameter("kernel").narrow(axis: 1, start: 0, length: 1), padding: [1, 1], groups: 8)
      let last = try itself.convolution(Self.parameter("kernel"), padding: [1, 1])
      let up = try b.convolutionTranspose(Self.parameter("kernel"), stride: [2, 2])
      return [try b.permute([0, 2, 3, 1]).linear(Self.parameter("matrix")), up, last]
    }
    let input = try Formula.tensor([2, 8, 9, 7], seed: 9), expected = try function(input)
    let compiled = CompiledFunction(parameter: Self.parameters, precision: .bf16, function)
    #expect(try compiled.plan(for: input.spec) != nil)
    for (result, expected) in zip(try compiled(input), expected) {
      let got = try result.floats(), wanted = try expected.floats()
      let size = wanted.map(abs).max() ?? 0, worst = zip(got, wanted).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 0.02 * size)
      #expect(worst > 0)
    }
  }

  /// The steps that a function's plan runs.
  private static func algorithms(
    _ function: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor], _ input: Tensor,
    _ precision: Precision = .fp32
  ) throws -> [String] {
    let compiled = CompiledFunction(parameter: parameters, precision: precision, function)
    return try #require(try compiled.plan(for: input.spec)).profile([input]).map(\.algorithm)
  }

  /// What YOLOX begins with, and the same with 3 x 3 patches in another order: a wider convolution of the image.
  @Test func patchesOfAnImageAreNeverCut() throws {
    @Sendable func patches(_ x: Tensor, _ starts: [(Int, Int)], _ side: Int) throws(ShapeError) -> Tensor {
      var parts: [Tensor] = []
      for (row, column) in starts {
        parts.append(try x.slice(axis: 2, from: row, step: side).slice(axis: 3, from: column, step: side))
      }
      return try Tensor.concatenate(parts, axis: 1)
    }
    let first: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let y = try patches(x, [(0, 0), (1, 0), (0, 1), (1, 1)], 2)
      return [try y.convolution(Self.parameter("patches4"), padding: [1, 1]).relu()]
    }
    try expectSame([1, 3, 10, 14], first)
    #expect(try Self.algorithms(first, Formula.tensor([1, 3, 10, 14], seed: 3)) == ["planar pixels", "to planes"])
    let second: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let y = try patches(x, [(2, 1), (0, 0), (0, 1), (0, 2), (1, 0), (2, 2), (1, 1), (1, 2), (2, 0)], 3)
      return [try y.convolution(Self.parameter("patches9"), padding: [1, 0])]
    }
    try expectSame([1, 2, 9, 12], second)
    #expect(try Self.algorithms(second, Formula.tensor([1, 2, 9, 12], seed: 3)) == ["planar", "to planes"])
    // Not all of them, one twice, or other steps: as written.
    for starts in [[(0, 0), (1, 0), (0, 1), (0, 1)], [(0, 0), (0, 1), (1, 0), (1, 2)]] {
      try expectSame([1, 3, 10, 14]) { x throws(ShapeError) in
        var parts: [Tensor] = []
        for (row, column) in starts {
          parts.append(
            try x.slice(axis: 2, from: row, step: 2).slice(axis: 3, from: column, step: 2)
              .narrow(axis: 3, start: 0, length: 6))
        }
        return [try Tensor.concatenate(parts, axis: 1).convolution(Self.parameter("patches4"), padding: [1, 1])]
      }
    }
  }

  /// What LeNet begins with: the pooling is done along where its windows share no pixel and nobody else wants the larger map.
  @Test func firstLayersArePooledAlong() throws {
    func pooled(
      _ kernel: Int, stride: Int? = nil, padding: Int = 0, silu: Bool = false, again: Bool = false
    ) -> @Sendable (Tensor) throws(ShapeError) -> [Tensor] {
      { x throws(ShapeError) in
        let sum = try x.convolution(Self.parameter("first"), bias: Self.parameter("bias"), padding: [2, 2])
        let y = silu ? try sum.silu() : try sum.relu()
        let result = try y.maxPool(
          kernel: [kernel, kernel], stride: stride.map { [$0, $0] }, padding: [padding, padding])
        return again ? [result, try y.mean(axes: [2, 3])] : [result]
      }
    }
    let along = ["planar pixels, pool", "to planes"]
    for size in [28, 31, 37] {
      let shape = [2, 1, size, size + 3], input = try Formula.tensor(shape, seed: 3)
      try expectSame(shape, pooled(2))
      #expect(try Self.algorithms(pooled(2), input) == along)
      try expectSame(shape, pooled(4))
      #expect(try Self.algorithms(pooled(4), input) == along)
      for function in [
        pooled(3), pooled(3, stride: 2), pooled(2, padding: 1), pooled(2, silu: true), pooled(2, again: true),
      ] {
        try expectSame(shape, function)
        #expect(try Self.algorithms(function, input).first?.hasSuffix("pool") == false)
      }
    }
  }

  /// A flattened map is multiplied as it lies; who else reads its rows has them row-major.
  @Test(arguments: Precision.allCases) func flattenedMapsAreMultipliedAsTheyLie(_ precision: Precision) throws {
    let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let y = try x.convolution(Self.parameter("kernel"), padding: [1, 1]).relu()
      return [try y.flatten(from: 1).linear(Self.parameter("rows"))]
    }
    let input = try Formula.tensor([1, 8, 3, 2], seed: 9)
    #expect(try !Self.algorithms(function, input, precision).contains("to planes"))
    if precision == .fp32 { try expectSame([1, 8, 3, 2], function) }
    let compiled = CompiledFunction(parameter: Self.parameters, precision: precision, function)
    let got = try compiled(input)[0].floats(), expected = try function(input)[0].floats()
    let size = expected.map(abs).max() ?? 0
    for (got, expected) in zip(got, expected) {
      #expect(abs(got - expected) < (precision == .fp32 ? 1e-5 : 0.02) * size)
    }
    try expectSame([1, 8, 3, 2]) { x throws(ShapeError) in
      let rows = try x.convolution(Self.parameter("kernel"), padding: [1, 1]).relu().flatten(from: 1)
      return [try rows.linear(Self.parameter("rows")), try rows.flip([1]), rows]
    }
  }

  /// Enlarged, padded, convolved to few outputs, as style networks end; in bf16 the pixels are rounded as they are moved.
  @Test func enlargedAndPaddedInOneStep() throws {
    let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let y = try x.convolution(Self.parameter("kernel"), padding: [1, 1])
      let large = try y.interpolate(scale: [2, 2], mode: .nearest).pad([(4, 4), (4, 4)], mode: .reflect)
      return [try large.convolution(Self.parameter("wide")), try y.relu()]
    }
    try expectSame([1, 8, 9, 11], function)
    let input = try Formula.tensor([2, 8, 9, 11], seed: 4), expected = try function(input)
    let steps = try Self.algorithms(function, input, .bf16)
    #expect(steps.contains("pad bf16") && steps.contains("narrow bf16") && !steps.contains("resample"))
    let rounded = CompiledFunction(parameter: Self.parameters, precision: .bf16, function)
    for (result, expected) in zip(try rounded(input), expected) {
      let got = try result.floats(), wanted = try expected.floats()
      let size = wanted.map(abs).max() ?? 0, worst = zip(got, wanted).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 0.02 * size && worst > 0)
    }
  }

  /// By Winograd's way in phases of the image, in both precisions; kernels spread beyond the image go the direct way.
  @Test(arguments: [2, 3, 65_536]) func dilatedKernels(_ dilation: Int) throws {
    let kernel = try Formula.tensor([32, 32, 3, 3], seed: 5) * 0.1
    let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let far = try x.convolution(kernel, padding: [dilation, dilation], dilation: [dilation, dilation]).relu()
      return [try far.convolution(kernel, padding: [1, 1]) + x]
    }
    let input = try Formula.tensor([2, 32, 31, 30], seed: 9)
    try expectClose(
      CompiledFunction(parameter: Self.parameters, function)(input)[0], function(input)[0], .accumulated, "\(dilation)")
    if KernelISA.current == VK_ISA_AVX512 {
      let steps = try Self.algorithms(function, input, .fp32)
      #expect(steps.filter { $0 == "winograd 4x4" }.count == (dilation > 31 ? 1 : 2))
    }
  }

  /// What is added to a convolution and wanted no more is overwritten; what is wanted once more is not.
  @Test(arguments: Precision.allCases) func residualsAreOverwritten(_ precision: Precision) throws {
    @Sendable func layers(_ x: Tensor, again: Bool) throws(ShapeError) -> [Tensor] {
      let kernel = try Self.parameter("kernel")
      var y = try x.convolution(kernel, padding: [1, 1]).relu()
      var first: Tensor?
      for _ in 0..<4 {
        let next = try (y.convolution(kernel, padding: [1, 1]).relu().convolution(kernel, padding: [1, 1]) + y).relu()
        if first == nil { first = y }
        y = next
      }
      return [again ? try (y + (first ?? y)).relu() : y]
    }
    let input = try Formula.tensor([1, 8, 40, 41], seed: 9)
    var bytes: [Int] = []
    for again in [false, true] {
      let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
        try layers(x, again: again)
      }
      let compiled = CompiledFunction(parameter: Self.parameters, precision: precision, function)
      let got = try compiled(input)[0].floats(), wanted = try function(input)[0].floats()
      let size = wanted.map { abs($0) }.max() ?? 0
      #expect(zip(got, wanted).allSatisfy { abs($0 - $1) <= size * (precision == .fp32 ? 1e-5 : 0.03) })
      let plan = try compiled.plan(for: input.spec)
      bytes.append(try #require(plan).arenaBytes)
    }
    // A block and its middle layer at a time, and where it is wanted again the first one, too. In bf16 sizes differ.
    let map = 8 * 40 * 41 * 4
    if precision == .fp32 { #expect(bytes[0] < map * 5 / 2 && bytes[1] > map * 5 / 2, "\(bytes) of \(map)") }
  }

  @Test func sharedWeightsKeepTheirOwnNorms() throws {
    try expectSame([1, 8, 13, 14]) { x throws(ShapeError) in
      let kernel = try Self.parameter("kernel")
      let a = try Self.norm(x.convolution(kernel, padding: [1, 1]), "a").relu()
      let b = try Self.norm(x.convolution(kernel, padding: [1, 1]), "bb")
      return [try a + b, b]
    }
  }

  /// The weights are known only when it runs, so no kernel of the engine takes it, nor what follows.
  @Test func nothingIsLostAfterAnOperationThatRunsEagerly() throws {
    try expectSame([8, 8, 3, 3]) { x throws(ShapeError) in
      let kernel = try x.narrow(axis: 0, start: 0, length: 8)
      let y = try x.convolution(kernel, padding: [1, 1]).relu()
      return [try Self.norm(x.convolution(kernel, padding: [1, 1]), "a"), try (y + x).sigmoid()]
    }
  }

  @Test func concatenationsShareTheirMemory() throws {
    try expectSame([1, 8, 6, 7]) { x throws(ShapeError) in
      let kernel = try Self.parameter("kernel")
      let a = try x.convolution(kernel, padding: [1, 1]).relu()
      let first = try Tensor.concatenate([x, a], axis: 1)
      let b = try a.convolution(kernel, padding: [1, 1])
      let second = try Tensor.concatenate([first, b, a, a], axis: 1)
      return [second, first, try second.reshape([second.shape[0], -1]).softmax(axis: 1)]
    }
  }

  @Test func rowsAndMapsMeet() throws {
    try expectSame([1, 8, 5, 6]) { x throws(ShapeError) in
      let rows = try x.convolution(Self.parameter("kernel"), padding: [1, 1]).permute([0, 2, 3, 1])
      let normalized = try rows.layerNorm(normalizedShape: [8], weight: Self.parameter("w"))
      let gate = try x.adaptiveAveragePool([1, 1]).sigmoid()
      return [
        try normalized.linear(Self.parameter("matrix")).gelu(), try normalized.permute([0, 3, 1, 2]) * gate + x,
        try gate * x.convolution(Self.parameter("kernel"), padding: [1, 1]),
      ]
    }
  }

  @Test func wideKernelsWithFewOutputs() throws {
    try expectSame([1, 8, 11, 10]) { x throws(ShapeError) in
      let kernel = try Self.parameter("narrow"), bias = try Self.parameter("w").narrow(axis: 0, start: 0, length: 3)
      let y = try x.convolution(Self.parameter("kernel"), padding: [1, 1])
      return [
        try y.convolution(kernel, bias: bias, padding: [2, 2]).sigmoid(), try y.convolution(kernel),
        try y.convolution(kernel, padding: [4, 1]).relu(),
      ]
    }
  }

  @Test func mapsArePaddedWhereTheyLie() throws {
    try expectSame([1, 8, 5, 6]) { x throws(ShapeError) in
      let kernel = try Self.parameter("kernel")
      let y = try x.convolution(kernel, padding: [1, 1])
      return [
        try y.pad([(2, 1), (1, 3)], mode: .reflect).convolution(kernel), try y.pad([(1, 0), (0, 2)]).relu(),
        try y.pad([(1, -2), (-1, 2)]).convolution(kernel, padding: [1, 1]),
        try y.pad([(3, 0), (0, 1)], mode: .replicate), try y.pad([(1, 1), (1, 1)], mode: .constant(2)),
      ]
    }
  }

  @Test func whatReadsValuesRunsAsWritten() throws {
    let function = CompiledFunction(parameter: Self.parameters) { x throws(ShapeError) in
      try x.floats()[0] > 0 ? [x] : [-x]
    }
    let input = try Tensor([-1, 2] as [Float], shape: [2])
    #expect(try function.plan(for: input.spec) == nil)
    #expect(try function(input)[0].floats() == [1, -2])
  }
}
