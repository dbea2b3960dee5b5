import Inference
import TensorCore
import TestSupport
import Testing

/// Compiled steps of training against the same ones run eagerly on the tape: losses, every gradient, updates.
@Suite struct CompiledStepTests {
  /// A parameter of this shape, which its path ends with: a placeholder while a step is recorded, followed by the tape.
  private static func parameter(_ name: String, _ shape: [Int]) throws(ShapeError) -> Tensor {
    let path = name + ":" + shape.map(String.init).joined(separator: "x"), value = try values(path)
    let tensor = Recording.current?.parameter(path, value.spec) ?? value
    return Tape.current?.parameter(path, tensor) ?? tensor
  }

  private static let values: @Sendable (String) throws(ShapeError) -> Tensor = { path throws(ShapeError) in
    let shape = path.split(separator: ":")[1].split(separator: "x").compactMap { Int($0) }
    let seed = path.utf8.reduce(UInt32(7)) { $0 &* 31 &+ UInt32($1) } % 1000, isNorm = path.contains("weight")
    let scale = 2 / Float(max(shape.dropFirst().reduce(1, *), 4)).squareRoot()
    return try Tensor(
      (0..<shape.reduce(1, *)).map { (isNorm ? 1 : 0) + (isNorm ? 0.3 : scale) * Formula.value($0, seed: seed) },
      shape: shape)
  }

  private static func convolution(
    _ x: Tensor, _ path: String, _ out: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1, dilation: Int = 1,
    bias: Bool = false
  ) throws(ShapeError) -> Tensor {
    try x.convolution(
      parameter(path, [out, x.shape[1] / groups, kernel, kernel]), bias: bias ? parameter(path + ".bias", [out]) : nil,
      stride: [stride, stride], padding: [kernel / 2 * dilation, kernel / 2 * dilation],
      dilation: [dilation, dilation], groups: groups)
  }

  private static func norm(_ x: Tensor, _ path: String) throws(ShapeError) -> Tensor {
    let c = x.shape[1]
    return try x.batchNormTraining(weight: parameter(path + ".weight", [c]), bias: parameter(path + ".bias", [c]))
      .output
  }

  /// Cross-entropy with the labels in input 1.
  private static func step(
    _ inputs: [Tensor], _ network: @escaping @Sendable (Tensor) throws(ShapeError) -> Tensor
  ) throws(ShapeError) -> StepResults {
    let tape = Tape()
    let result = try tape.run { () throws(ShapeError) in
      let scores = try network(inputs[0])
      let chosen = try scores.logSoftmax(axis: 1).gather(axis: 1, index: inputs[1])
      return (scores, try -chosen.mean())
    }
    return StepResults(
      loss: result.1, outputs: [result.0.detached()], gradients: try tape.gradients(of: result.1).parameters,
      updates: ["doubled": try result.0.detached() * 2])
  }

  private func expectSame(
    _ shape: [Int], changes: @escaping @Sendable (String) -> Bool = { _ in true },
    _ network: @escaping @Sendable (Tensor) throws(ShapeError) -> Tensor,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let step = CompiledStep(parameter: Self.values, changes: changes) { inputs throws(ShapeError) in
      try Self.step(inputs, network)
    }
    for images in [shape[0], shape[0] + 1] {
      let x = try Formula.tensor([images] + shape.dropFirst(), seed: 9)
      let labels = try Tensor((0..<images).map { ($0 * 3 + 1) % 5 }, shape: [images, 1])
      let expected = try Self.step([x, labels], network)
      #expect(try step.plan(for: [x.spec, labels.spec]) != nil, sourceLocation: sourceLocation)
      for _ in 0..<2 {
        let got = try step([x, labels])
        try expectClose(got.loss, expected.loss, .accumulated, "loss", sourceLocation: sourceLocation)
        try expectClose(got.outputs[0], expected.outputs[0], .network, "scores", sourceLocation: sourceLocation)
        #expect(got.gradients.keys.sorted() == expected.gradients.keys.sorted(), sourceLocation: sourceLocation)
        for (path, gradient) in expected.gradients {
          guard let found = got.gradients[path] else { continue }
          try expectClose(found, gradient, .network, path, sourceLocation: sourceLocation)
        }
        #expect(got.updates.keys.sorted() == ["doubled"], sourceLocation: sourceLocation)
      }
    }
  }

  private static func head(_ x: Tensor) throws(ShapeError) -> Tensor {
    let pooled = try x.globalAveragePool().flatten(from: 1)
    return try pooled.linear(
      parameter("head", [5, pooled.shape[1]]), bias: parameter("head.bias", [5]))
  }

  @Test func residualBlocks() throws {
    try expectSame([2, 3, 28, 30]) { x throws(ShapeError) in
      var y = try Self.norm(Self.convolution(x, "stem", 20, 7, stride: 2), "n0").relu()
      y = try y.maxPool(kernel: [3, 3], stride: [2, 2], padding: [1, 1])
      let a = try Self.norm(Self.convolution(y, "a1", 20, 3), "n1").relu()
      y = try (Self.norm(Self.convolution(a, "a2", 20, 3), "n2") + y).relu()
      let b = try Self.norm(Self.convolution(y, "b1", 36, 3, stride: 2), "n3").relu()
      let shortcut = try Self.norm(Self.convolution(y, "bd", 36, 1, stride: 2), "n5")
      y = try (Self.norm(Self.convolution(b, "b2", 36, 3), "n4") + shortcut).relu()
      return try Self.head(y)
    }
  }

  @Test func largeMapsThroughWinograd() throws {
    try expectSame([2, 16, 22, 21]) { x throws(ShapeError) in
      let a = try Self.norm(Self.convolution(x, "a", 24, 3), "n1").relu()
      let b = try Self.convolution(a, "b", 24, 3, bias: true).relu()
      return try Self.head(Self.convolution(a + b, "c", 20, 3, bias: true).sigmoid())
    }
  }

  @Test func groupsDilationsAndDepthwise() throws {
    try expectSame([2, 12, 14, 13]) { x throws(ShapeError) in
      let a = try Self.norm(Self.convolution(x, "expand", 18, 1), "n1").relu()
      let b = try Self.norm(Self.convolution(a, "depth", 18, 3, groups: 18), "n2").relu()
      let c = try Self.norm(Self.convolution(b, "depth2", 18, 5, stride: 2, groups: 18), "n3").silu()
      let d = try Self.norm(Self.convolution(c, "grouped", 24, 3, groups: 3), "n4").relu()
      return try Self.head(Self.convolution(d, "dilated", 17, 3, dilation: 2))
    }
  }

  @Test func upAndDown() throws {
    try expectSame([1, 3, 16, 24]) { x throws(ShapeError) in
      let a = try Self.norm(Self.convolution(x, "a", 16, 3), "n1").relu()
      let b = try Self.norm(Self.convolution(a.maxPool(kernel: [2, 2]), "b", 24, 3), "n2").relu()
      let up = try b.convolutionTranspose(
        Self.parameter("up", [24, 12, 2, 2]), bias: Self.parameter("up.bias", [12]), stride: [2, 2]
      ).relu()  // without, the next norm cancels the bias, and its gradient is what rounding leaves
      let joined = try Tensor.concatenate([a, up], axis: 1)
      return try Self.head(Self.norm(Self.convolution(joined, "c", 18, 3), "n3").relu())
    }
  }

  /// Few outputs of wide kernels go by columns; bands of rows gather more or less than the first one.
  @Test func fewOutputsOfWideKernels() throws {
    try expectSame([1, 4, 15, 16]) { x throws(ShapeError) in
      let a = try Self.convolution(x, "a", 64, 3, bias: true).relu()
      let flat = try a.convolution(Self.parameter("flat", [4, 64, 1, 3]), padding: [0, 1])
      return try Self.head(Self.convolution(a, "b", 4, 3) + flat)
    }
  }

  @Test func digits() throws {
    try expectSame([3, 1, 28, 28]) { x throws(ShapeError) in
      let a = try Self.convolution(x, "a", 6, 5, bias: true).sigmoid().averagePool(kernel: [2, 2])
      let b = try Self.convolution(a, "b", 16, 5, bias: true).relu().maxPool(kernel: [2, 2])
      let c = try b.flatten(from: 1)
      let hidden = try c.linear(Self.parameter("h", [30, c.shape[1]]), bias: Self.parameter("h.bias", [30])).relu()
      return try hidden.linear(Self.parameter("o", [5, 30]), bias: Self.parameter("o.bias", [5]))
    }
  }

  /// What does not change is packed once.
  @Test func frozenParts() throws {
    try expectSame([2, 3, 20, 20], changes: { $0.hasPrefix("head") }) { x throws(ShapeError) in
      let y = try Tape.paused { () throws(ShapeError) in
        try Self.convolution(x, "frozen", 16, 3).relu()
      }
      return try Self.head(y)
    }
  }

  /// Forward, by the input and by the weights, plain (through Winograd), strided, depthwise: as in float arithmetic but for the
  /// rounding of factors, and the same bits on any number of threads.
  @Test func bf16FollowsFloats() throws {
    let network: @Sendable (Tensor) throws(ShapeError) -> Tensor = { x throws(ShapeError) in
      let a = try Self.norm(Self.convolution(x, "a", 32, 3), "n1").relu()
      let b = try Self.norm(Self.convolution(a, "b", 32, 3, stride: 2), "n2").relu()
      let c = try Self.norm(Self.convolution(b, "depth", 32, 3, groups: 32), "n3").relu()
      return try Self.head(Self.convolution(c, "c", 24, 1, bias: true) + b.narrow(axis: 1, start: 0, length: 24))
    }
    let x = try Formula.tensor([4, 16, 20, 22], seed: 9), labels = try Tensor([1, 0, 3, 2], shape: [4, 1])
    func step(_ precision: Precision) -> CompiledStep {
      CompiledStep(parameter: Self.values, precision: precision) { inputs throws(ShapeError) in
        try Self.step(inputs, network)
      }
    }
    let rounded = step(.bf16), got = try rounded([x, labels]), expected = try step(.fp32)([x, labels])
    let one = try OneThread.run { try rounded([x, labels]) }
    #expect(try abs(got.loss.floats()[0] - expected.loss.floats()[0]) < 0.01)
    var isOther = false
    for (path, gradient) in expected.gradients {
      let wanted = try gradient.floats(), found = try #require(try got.gradients[path]?.floats())
      let size = wanted.map { Double($0 * $0) }.reduce(0, +).squareRoot()
      let distance = zip(wanted, found).map { Double(($0 - $1) * ($0 - $1)) }.reduce(0, +).squareRoot()
      // Gradients of few pixels through a norm nearly cancel: nine hundredths at most by direct products here, and twice that by
      // Winograd's, whose rounded transforms err by 1%: 20.1 hundredths of the smallest one.
      #expect(distance < 0.25 * size + 1e-6, "\(path): \(distance) of \(size)")
      isOther = isOther || distance > 0
      #expect(try one.gradients[path]?.floats() == found, "\(path)")
    }
    #expect(isOther)
  }

  /// The same bits on one thread and on many.
  @Test func threadsChangeNothing() throws {
    let network: @Sendable (Tensor) throws(ShapeError) -> Tensor = { x throws(ShapeError) in
      let a = try Self.norm(Self.convolution(x, "a", 32, 3), "n1").relu()
      let b = try Self.norm(Self.convolution(a, "b", 32, 3, stride: 2), "n2").relu()
      return try Self.head(b.maxPool(kernel: [2, 2]))
    }
    let x = try Formula.tensor([4, 8, 40, 40], seed: 9), labels = try Tensor([1, 0, 3, 2], shape: [4, 1])
    let step = CompiledStep(parameter: Self.values) { inputs throws(ShapeError) in try Self.step(inputs, network) }
    let many = try step([x, labels]), one = try OneThread.run { try step([x, labels]) }
    for (path, gradient) in many.gradients {
      #expect(try one.gradients[path]?.floats() == gradient.floats(), "\(path)")
    }
  }
}
