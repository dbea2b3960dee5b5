import Inference
import TensorCore
import TestSupport
import Testing

/// Batches whose first layers run a few images at a time, against the same ones taken whole.
@Suite struct BatchPartsTests {
  private static let parameters: @Sendable (String) throws(ShapeError) -> Tensor = { path throws(ShapeError) in
    let shapes = ["kernel": [8, 8, 3, 3], "deep": [8, 1, 3, 3], "wide": [8, 16, 1, 1], "matrix": [5, 8]]
    let shape = shapes[path] ?? [8]
    let offset: Float = shapes[path] == nil ? 1 : 0
    return try Tensor(
      (0..<shape.reduce(1, *)).map { offset + 0.2 * Formula.value($0, seed: UInt32(path.utf8.count)) }, shape: shape)
  }

  private static func parameter(_ path: String) throws(ShapeError) -> Tensor {
    let value = try parameters(path)
    return Recording.current?.parameter(path, value.spec) ?? value
  }

  /// A residual, a concatenation, pools, a squeeze and excitation; what it returns comes from the first layers, from later ones,
  /// and from first ones that later ones read, too.
  private static let network: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
    let a = try x.convolution(parameter("kernel"), padding: [1, 1])
      .batchNorm(mean: parameter("m"), variance: parameter("vv"), weight: parameter("www")).relu()
    let b = try (a.convolution(parameter("deep"), padding: [1, 1], groups: 8) + x).relu()
    let both = try Tensor.concatenate([a, b], axis: 1).convolution(parameter("wide"))
    let factors = try both.globalAveragePool().sigmoid()
    let small = try (both * factors).maxPool(kernel: [2, 2], stride: [2, 2])
    let rows = try small.permute([0, 2, 3, 1]).linear(parameter("matrix"))
    // Row-major and by nobody's kernel.
    let flipped = try b.flip([2])
    return [small, rows, flipped, try rows.softmax(axis: 3), b]
  }

  private static func compiled(_ passes: GraphPasses, _ precision: Precision = .fp32) -> CompiledFunction {
    CompiledFunction(parameter: parameters, passes: passes, precision: precision, network)
  }

  private static let shape = [6, 8, 200, 301]

  /// Another number for each element of the whole batch.
  private static func constant(_ channels: Int) throws(ShapeError) -> Tensor {
    let shape = [6, channels] + shape[2...]
    return try Tensor((0..<shape.reduce(1, *)).map { Formula.value($0, seed: 5) }, shape: shape)
  }

  /// What must not be taken for a part's: tensors of the whole batch that are known, an enlarged map that later layers read
  /// besides the padding after it, a map that only a later layer's products read, an attention's mask, sizes that depend on the
  /// batch.
  private static func network(_ number: Int, _ x: Tensor) throws(ShapeError) -> [Tensor] {
    switch number {
    case 0:
      let y = try x.convolution(parameter("kernel"), padding: [1, 1])
      return [try (y.convolution(parameter("kernel"), padding: [1, 1]) + constant(8)).relu()]
    case 1:
      let y = try x.convolution(parameter("kernel"), padding: [1, 1]).relu()
      return [try Tensor.concatenate([y, constant(8)], axis: 1).convolution(parameter("wide"))]
    case 2:
      let y = try x.convolution(parameter("kernel"), padding: [1, 1]).relu()
      let large = try y.interpolate(scale: [2, 2], mode: .nearest)
      let padded = try large.pad([(1, 1), (1, 1)]).convolution(parameter("deep"), groups: 8)
      return [try padded.maxPool(kernel: [2, 2], stride: [2, 2]), try large.flip([2])]
    case 3:
      let y = try x.convolution(parameter("kernel"), padding: [1, 1]).relu()
      let z = try y.convolution(parameter("kernel"), padding: [1, 1]).relu()
      let flipped = try y.flip([2])
      return [try (z.convolution(parameter("kernel"), padding: [1, 1]) + flipped).relu()]
    case 4:
      let y = try x.convolution(parameter("kernel"), padding: [1, 1]).relu().maxPool(kernel: [8, 8], stride: [8, 8])
      let mask = try x.convolution(parameter("kernel").narrow(axis: 0, start: 0, length: 1), padding: [1, 1])
        .maxPool(kernel: [8, 8], stride: [8, 8])
      let (rows, columns) = (y.shape[2], y.shape[3])
      let keys = try y.permute([0, 3, 1, 2]).reshape([6, columns, 8 * rows])
      let queries = try y.permute([0, 2, 1, 3]).reshape([6, rows, 8 * columns]).narrow(
        axis: 2, start: 0, length: 8 * rows)
      return [try queries.attention(key: keys, value: keys, heads: 2, terms: [mask])]
    default:
      let y = try x.convolution(parameter("kernel"), padding: [1, 1]).relu()
      return [y, try x.convolution(y.narrow(axis: 2, start: 0, length: 3).narrow(axis: 3, start: 0, length: 3))]
    }
  }

  @Test(arguments: 0..<6, [Precision.fp32, .bf16]) func wholeBatchesAreNoParts(
    number: Int, precision: Precision
  ) throws {
    let network: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      try Self.network(number, x)
    }
    let input = try Formula.tensor(number == 2 ? [6, 8, 100, 151] : Self.shape, seed: 9)
    let passes = [GraphPasses.all, GraphPasses.all.subtracting(.parts)]
    let compiled = passes.map {
      CompiledFunction(parameter: Self.parameters, passes: $0, precision: precision, network)
    }
    let parts = try compiled.map { try #require(try $0.plan(for: input.spec)).partCount }
    #expect(parts[0] > 1 && parts[1] == 1, "\(parts)")
    for (index, (result, expected)) in zip(try compiled[0](input), try compiled[1](input)).enumerated() {
      try expectClose(result, expected, .accumulated, "network \(number), output \(index)")
    }
    for (result, expected) in zip(try compiled[0](input), try network(input)) where precision == .fp32 {
      try expectClose(result, expected, .accumulated, "network \(number), eagerly")
    }
  }

  @Test(arguments: [2, 6, 7, 8], [Precision.fp32, .bf16]) func partsChangeNothing(
    batch: Int, precision: Precision
  ) throws {
    let input = try Formula.tensor([batch, 8, 300, 301], seed: 9)
    let cut = Self.compiled(.all, precision), whole = Self.compiled(GraphPasses.all.subtracting(.parts), precision)
    for _ in 0..<2 {
      for (index, (result, expected)) in zip(try cut(input), try whole(input)).enumerated() {
        #expect(result.spec == expected.spec)
        try expectClose(result, expected, .accumulated, "batch \(batch), output \(index)")
      }
    }
    for (result, expected) in zip(try cut(input), try Self.network(input)) where precision == .fp32 {
      try expectClose(result, expected, .accumulated, "batch \(batch), eagerly")
    }
    let bytes = try #require(try cut.plan(for: input.spec)).arenaBytes
    let wholeBytes = try #require(try whole.plan(for: input.spec)).arenaBytes
    #expect(bytes < wholeBytes, "\(bytes) of \(wholeBytes)")
  }

  /// The profile tells of all parts, and of no more steps.
  @Test func profileSumsParts() throws {
    let input = try Formula.tensor([4, 8, 300, 301], seed: 9)
    func profile(_ passes: GraphPasses) throws -> [StepTime] {
      try #require(try Self.compiled(passes).plan(for: input.spec)).profile([input])
    }
    let cut = try profile(.all), whole = try profile(GraphPasses.all.subtracting(.parts))
    func products(_ steps: [StepTime]) -> Int { steps.reduce(0) { $0 + $1.multiplyAdds } }
    #expect(products(cut) == products(whole) && products(cut) > 0)
    #expect(cut.count == whole.count)
  }

  /// What is wrong with one image stays with it.
  @Test func imagesStayApart() throws {
    var values = try Formula.tensor([6, 8, 300, 301], seed: 3).floats()
    let image = values.count / 6
    values[2 * image + 5] = .nan
    let input = try Tensor(values, shape: [6, 8, 300, 301]), compiled = Self.compiled(.all)
    #expect(try #require(try compiled.plan(for: input.spec)).partCount == 6)
    let results = try compiled(input)
    for result in [results[0], results[4]] {
      let floats = try result.floats(), size = floats.count / 6
      for number in 0..<6 {
        #expect(floats[number * size..<(number + 1) * size].contains(where: \.isNaN) == (number == 2))
      }
    }
  }

  /// Few pixels: nothing is won by parts.
  @Test func smallBatchesStayWhole() throws {
    let shape = [8, 8, 12, 12], input = try Formula.tensor(shape, seed: 9)
    #expect(try #require(try Self.compiled(.all).plan(for: input.spec)).partCount == 1)
  }
}
