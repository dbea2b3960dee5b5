import Inference
import Synchronization
import TensorCore
import TestSupport
import Testing

/// Attention within windows, and other moves of rows, compiled, against the same run eagerly.
@Suite struct RowMovesTests {
  private static let shapes: [String: [Int]] = [
    "mix": [48, 16], "mix bias": [48], "project": [16, 16], "project bias": [16], "table": [2, 4, 4],
  ]

  private static let parameters: @Sendable (String) throws(ShapeError) -> Tensor = { path throws(ShapeError) in
    let shape = shapes[path] ?? [], seed = UInt32(path.utf8.reduce(0) { $0 + Int($1) })
    return try Tensor((0..<shape.reduce(1, *)).map { 0.3 * Formula.value($0, seed: seed) }, shape: shape)
  }

  private static func parameter(_ path: String) throws(ShapeError) -> Tensor {
    let value = try parameters(path)
    return Recording.current?.parameter(path, value.spec) ?? value
  }

  /// Windows of 2 x 2 that are shifted by one, on maps of any size, with a shortcut.
  private static func windowed(_ x: Tensor) throws(ShapeError) -> Tensor {
    let (height, width) = (x.shape[1], x.shape[2])
    let rolled = try x.pad([(0, height % 2), (0, width % 2), (0, 0)]).roll([-1, -1], axes: [1, 2])
    let (n, h, w) = (x.shape[0], rolled.shape[1] / 2, rolled.shape[2] / 2)
    let windows = try rolled.reshape([n, h, 2, w, 2, 16]).permute([0, 1, 3, 2, 4, 5]).reshape([n, h * w, 4, 16])
    let parts = try windows.linear(parameter("mix"), bias: parameter("mix bias")).chunk(3, axis: -1)
    let mask = try Tensor((0..<h * w * 16).map { Float($0 % 5 == 3 ? -100 : 0) }, shape: [h * w, 1, 4, 4])
    let mixed = try parts[0].attention(key: parts[1], value: parts[2], heads: 2, terms: [parameter("table"), mask])
      .linear(parameter("project"), bias: parameter("project bias"))
    let joined = try mixed.reshape([n, h, w, 2, 2, 16]).permute([0, 1, 3, 2, 4, 5]).reshape(rolled.shape)
    let back = try joined.roll([1, 1], axes: [1, 2])
    return try x + back.narrow(axis: 1, start: 0, length: height).narrow(axis: 2, start: 0, length: width)
  }

  /// The operations of the plan, which gives what the function gives.
  private func steps(
    _ shape: [Int], _ function: @escaping @Sendable (Tensor) throws(ShapeError) -> Tensor
  ) throws -> [String] {
    let compiled = CompiledFunction(parameter: Self.parameters) { x throws(ShapeError) in [try function(x)] }
    let input = try Formula.tensor(shape, seed: 3), plan = try #require(try compiled.plan(for: input.spec))
    for _ in 0..<2 {
      try expectClose(compiled(input)[0], function(input), .accumulated, "\(shape)")
    }
    return try plan.profile([input]).map(\.algorithm)
  }

  @Test func windowsAreNeverMoved() throws {
    #expect(try steps([2, 6, 4, 16], Self.windowed) == ["linear", "attention", "linear"])
  }

  /// With bf16 linear layers and attention hand each other bf16; as in float arithmetic but for the rounding of factors.
  @Test func roundedWindowsStayRounded() throws {
    let input = try Formula.tensor([2, 6, 4, 16], seed: 3), expected = try Self.windowed(input).floats()
    let compiled = CompiledFunction(parameter: Self.parameters, precision: .bf16) { x throws(ShapeError) in
      [try Self.windowed(x)]
    }
    let steps = try #require(try compiled.plan(for: input.spec)).profile([input]).map(\.algorithm)
    #expect(steps == ["to bf16", "linear bf16", "attention bf16", "linear bf16"])
    let got = try compiled(input)[0].floats(), size = expected.map(abs).max() ?? 0
    let worst = zip(got, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(worst < 0.01 * size && worst > 0, "\(worst) of \(size)")
  }

  /// Queries, keys and values cut out at odd places, an odd number of features a head, and a result that more than products read.
  @Test(arguments: [Precision.fp32, .bf16]) func partsOfAttentionComeApart(precision: Precision) throws {
    let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let rows = try x.linear(Self.parameter("mix"), bias: Self.parameter("mix bias"))
      let query = try rows.narrow(axis: 2, start: 0, length: 6), key = try rows.narrow(axis: 2, start: 7, length: 6)
      let mixed = try query.attention(key: key, value: rows.narrow(axis: 2, start: 13, length: 16), heads: 2)
      return [try mixed.linear(Self.parameter("project")) + mixed]
    }
    let input = try Formula.tensor([3, 21, 16], seed: 4), expected = try function(input)[0].floats()
    let got = try CompiledFunction(parameter: Self.parameters, precision: precision, function)(input)[0].floats()
    let size = expected.map(abs).max() ?? 0, worst = zip(got, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(worst < (precision == .bf16 ? 0.02 : 1e-5) * size, "\(worst) of \(size)")
  }

  /// Masks of the most negative number, also of a whole row, whose keys then weigh the same.
  @Test(arguments: [Precision.fp32, .bf16]) func mostNegativeMasks(precision: Precision) throws {
    let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor] = { x throws(ShapeError) in
      let values = (0..<100).map { $0 / 10 == 9 || $0 % 10 > 6 ? -Float.greatestFiniteMagnitude : 0 }
      return [try x.attention(key: x, value: x, heads: 2, terms: [Tensor(values, shape: [1, 1, 10, 10])])]
    }
    let input = try Formula.tensor([2, 10, 32], seed: 9), expected = try function(input)[0].floats()
    let got = try CompiledFunction(parameter: Self.parameters, precision: precision, function)(input)[0].floats()
    let size = expected.map(abs).max() ?? 0, worst = zip(got, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(got.allSatisfy(\.isFinite) && worst < (precision == .bf16 ? 0.02 : 1e-5) * size, "\(worst) of \(size)")
  }

  @Test func paddedWindowsAreMovedOnce() throws {
    let steps = try steps([2, 5, 3, 16], Self.windowed)
    #expect(steps.filter { $0 == "gather rows" }.count == 2)
    #expect(!steps.contains("permute") && !steps.contains("roll"))
  }

  @Test func quartersOfAMapAreOneGather() throws {
    let steps = try steps([2, 6, 4, 16]) { x throws(ShapeError) in
      var parts: [Tensor] = []
      for (row, column) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        parts.append(try x.slice(axis: 1, from: row, step: 2).slice(axis: 2, from: column, step: 2))
      }
      return try Tensor.concatenate(parts, axis: -1)
    }
    #expect(steps.filter { $0 != "output" } == ["gather rows"])
  }

  @Test func movesThatUndoEachOtherAreNone() throws {
    let steps = try steps([1, 4, 6, 16]) { x throws(ShapeError) in
      try x.roll([2, 3], axes: [1, 2]).roll([-2, -3], axes: [1, 2]).relu()
    }
    #expect(steps == ["relu"])
  }

  /// Packed weights are kept, so that the parameter is asked for once however many shapes there are.
  @Test func weightsAreReleasedOncePacked() throws {
    let counts = Counts()
    let compiled = CompiledFunction(
      parameter: { path throws(ShapeError) in
        counts.asked.withLock { $0.append(path) }
        return try Self.parameters(path)
      }, release: { path in counts.released.withLock { $0.append(path) } }
    ) { x throws(ShapeError) in [try x.linear(Self.parameter("mix"))] }
    for rows in [3, 5] {
      let input = try Formula.tensor([rows, 16], seed: 3)
      try expectClose(compiled(input)[0], input.linear(Self.parameters("mix")), .accumulated, "\(rows)")
    }
    #expect(counts.asked.withLock { $0 } == ["mix"])
    #expect(counts.released.withLock { $0 } == ["mix"])
  }

  private final class Counts: Sendable {
    let asked = Mutex<[String]>([]), released = Mutex<[String]>([])
  }
}
