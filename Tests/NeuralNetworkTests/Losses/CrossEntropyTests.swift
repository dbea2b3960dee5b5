import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
  struct Case: Decodable {
    let key: String
    let shape: [Int]
    let seed: UInt32
    let scale: Float
    let smoothing: Double
    let weighted, soft: Bool
    let reduction: String
  }

  @Test func lossesAndGradientsEqualPyTorchs() throws {
    let golden = try Golden("losses"), cases = try golden.cases(Case.self)
    #expect(cases.count >= 30)
    for entry in cases {
      let logits = try Formula.tensor(entry.shape, seed: entry.seed, scale: entry.scale)
      let weights = try Formula.tensor([entry.shape[1]], seed: entry.seed + 1, scale: 0.5, offset: 1)
      let loss = CrossEntropyLoss(
        labelSmoothing: entry.smoothing, classWeights: entry.weighted ? weights : nil, ignoredTarget: 1,
        reduction: try #require(LossReduction(rawValue: entry.reduction)))
      let targets = try golden[entry.key + "/targets"], expected = try golden[entry.key + "/loss"]
      let found = try Tensor.valueAndGradients(at: [logits]) { inputs throws(ShapeError) in
        let value = entry.soft ? try loss.soft(inputs[0], targets) : try loss(inputs[0], targets)
        // An unreduced loss is weighed, so that every row has its own upstream.
        if entry.reduction != "none" { return value }
        let ramp = try Tensor.linspace(from: 0.5, to: 1.5, count: value.count).reshape(value.shape)
        return try (value * ramp).sum()
      }
      let value = entry.soft ? try loss.soft(logits, targets) : try loss(logits, targets)
      try expectClose(value, expected, .accumulated, "\(entry)")
      try expectClose(found.gradients[0], golden[entry.key + "/gradient"], .accumulated, "gradient of \(entry)")
    }
  }

  @Test func gradientsAgreeWithDifferences() throws {
    let targets = try Tensor([0, 3, 1, -100, 2, 2, 0, 1, 3, 3, 1, 0], shape: [2, 2, 3])
    let weights = try Tensor([0.5, 1, 2, 1.5], shape: [4])
    for smoothing in [0, 0.2] {
      let loss = CrossEntropyLoss(labelSmoothing: smoothing, classWeights: weights)
      try expectGradients(at: [Formula.tensor([2, 4, 2, 3], seed: 3)]) { inputs throws(ShapeError) in
        [try loss(inputs[0], targets)]
      }
    }
  }

  @Test func handWorkedValue() throws {
    // log(e^0 + e^0) = log 2 for both rows.
    let loss = try CrossEntropyLoss()(Tensor.zeros([2, 2]), Tensor([0, 1], shape: [2]))
    #expect(abs(try loss.floats()[0] - 0.6931472) < 1e-6)
  }

  @Test func extremeLogits() throws {
    let none = CrossEntropyLoss(reduction: .none)
    let infinity = Float.infinity
    let logits = try Tensor(
      [1e30, -1e30, .nan, 0, infinity, 0, -infinity, 0, -infinity, -infinity, 0, -30], shape: [6, 2])
    let found = try none(logits, Tensor([1, 0, 0, 0, 0, 0], shape: [6])).floats()
    #expect(found[0] == 2e30)
    #expect(found[1].isNaN && found[2].isNaN && found[4].isNaN)
    #expect(found[3] == infinity)
    // How sure the network is stays visible: log(1 + e^-30), to double precision about 1.
    #expect(abs(found[5] - 9.357623e-14) < 3e-16)
    let plane = try none(
      Tensor([0.0, 0, -30, -30], shape: [1, 2, 2]), Tensor([0, 0], shape: [1, 2])
    ).floats()
    #expect(abs(plane[0] - 9.357623e-14) < 3e-16 && plane[1] == plane[0])
  }

  @Test func allIgnoredIsNaNWithNoGradient() throws {
    let loss = CrossEntropyLoss(ignoredTarget: 255)
    let targets = try Tensor([255, 255], shape: [2])
    let found = try Tensor.valueAndGradients(at: [Tensor.ones([2, 3])]) { inputs throws(ShapeError) in
      try loss(inputs[0], targets)
    }
    #expect(try found.value.floats()[0].isNaN)
    #expect(try found.gradients[0].floats() == [0, 0, 0, 0, 0, 0])
  }

  @Test func targetsOutOfRangeAreFoundAndHarmless() throws {
    let targets = try Tensor([0, 7, -3, .max], shape: [4])
    let loss = CrossEntropyLoss(reduction: .none)
    let found = try loss(Tensor.zeros([4, 3]), targets).floats()
    #expect(found[0].isFinite && found[1...].allSatisfy(\.isNaN))
    let gradient = try Tensor.valueAndGradients(at: [Tensor.zeros([4, 3])]) { inputs throws(ShapeError) in
      try loss(inputs[0], targets).sum()
    }.gradients[0].floats()
    #expect(gradient[..<3].allSatisfy(\.isFinite) && gradient[3...].allSatisfy(\.isNaN))
    #expect(
      errorMessage {
        try loss.validate(targets, classes: 3)
        return targets
      }
        == "targets: element 1 is 7, of 3 classes (shapes [4])")
    #expect(throws: ShapeError.self) { try loss(Tensor.zeros([4, 3]), Tensor([0], shape: [1])) }
  }

  @Test func recordsWithoutReadingValues() throws {
    let recording = Recording()
    let loss = CrossEntropyLoss(labelSmoothing: 0.1, ignoredTarget: 255)
    let specs = [TensorSpec([2, 3, 4, 4]), TensorSpec([2, 4, 4], .int64)]
    let result = try recording.run(inputs: specs) { inputs throws(ShapeError) -> [Tensor] in
      let tape = Tape()
      let logits = tape.watch(inputs[0])
      let value = try tape.run { () throws(ShapeError) in try loss(logits, inputs[1]) }
      let gradients = try tape.gradients(of: value)
      return [value] + (gradients[logits].map { [$0] } ?? [])
    }
    #expect(result.map(\.shape) == [[], [2, 3, 4, 4]])
    #expect(recording.nodes.contains { $0.primitive is CrossEntropyGradient })
  }
}
