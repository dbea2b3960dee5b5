import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct LossTests {
  typealias Loss = ([Tensor]) throws(ShapeError) -> Tensor

  private func check(_ name: String, _ inputs: [Tensor], _ loss: Loss) throws {
    let golden = try Golden("losses"), value = try loss(inputs)
    try expectClose(value, golden[name + "/loss"], .accumulated, name)
    let found = try Tensor.valueAndGradients(at: [inputs[0]]) { first throws(ShapeError) in
      let value = try loss(first + inputs[1...])
      if value.rank == 0 { return value }
      return try (value * Tensor.linspace(from: 0.5, to: 1.5, count: value.count).reshape(value.shape)).sum()
    }
    try expectClose(found.gradients[0], golden[name + "/gradient"], .accumulated, "gradient of \(name)")
  }

  private func filled(_ shapes: [Int]...) throws -> [Tensor] {
    try shapes.enumerated().map { try Formula.tensor($1, seed: UInt32(900 + $0), scale: 3) }
  }

  @Test func binaryLossesEqualPyTorchs() throws {
    let pair = try filled([3, 4], [3, 4])
    try check("bce", pair) { x throws(ShapeError) in try Losses.binaryCrossEntropy(x[0], x[1].sigmoid()) }
    try check("bce_weights", filled([3, 4], [3, 4], [3, 4], [4])) { x throws(ShapeError) in
      try Losses.binaryCrossEntropy(
        x[0], x[1].sigmoid(), weight: x[2].abs(), positiveWeight: x[3].abs(), reduction: .none)
    }
    try check("sigmoid_focal", pair) { x throws(ShapeError) in try Losses.sigmoidFocal(x[0], x[1].sigmoid()) }
    try check("sigmoid_focal_plain", pair) { x throws(ShapeError) in
      try Losses.sigmoidFocal(x[0], x[1].sigmoid(), alpha: nil, gamma: 1.5, reduction: .sum)
    }
  }

  @Test func regressionLossesEqualPyTorchs() throws {
    let pair = try filled([3, 4], [3, 4])
    try check("mse", pair) { x throws(ShapeError) in try Losses.meanSquaredError(x[0], x[1]) }
    try check("l1", pair) { x throws(ShapeError) in try Losses.l1(x[0], x[1], reduction: .none) }
    try check("smooth_l1", pair) { x throws(ShapeError) in try Losses.smoothL1(x[0], x[1], beta: 2.5) }
    try check("huber", pair) { x throws(ShapeError) in try Losses.huber(x[0], x[1], delta: 2.5, reduction: .sum) }
    try check("distillation", pair) { x throws(ShapeError) in
      try Losses.distillation(student: x[0], teacher: x[1], temperature: 3)
    }
  }

  @Test func segmentationLossesEqualPyTorchs() throws {
    let places = try Golden("losses")["places"]
    try check("focal", filled([2, 4, 3, 5], [4])) { x throws(ShapeError) in
      try Losses.focal(x[0], places, classWeights: x[1].abs(), ignoredTarget: 1)
    }
    try check("dice", filled([2, 4, 3, 5])) { x throws(ShapeError) in
      try Losses.dice(x[0], places, ignoredTarget: 1)
    }
  }

  @Test func styleLossesEqualPyTorchs() throws {
    let features = try filled([2, 3, 4, 5])
    try check("gram", features) { x throws(ShapeError) in try Losses.gramMatrix(x[0]) }
    try check("total_variation", features) { x throws(ShapeError) in try Losses.totalVariation(x[0]) }
    #expect(try Losses.style(features[0], gram: Losses.gramMatrix(features[0])).floats() == [0])
  }

  @Test func boxLossesEqualTorchvisions() throws {
    let boxes = try [UInt32(900), 910].map { seed in
      let corner = try Formula.tensor([7, 2], seed: seed, scale: 2, offset: 3)
      let size = try Formula.tensor([7, 2], seed: seed + 1, scale: 1, offset: 2)
      return try Tensor.concatenate([corner, corner + size], axis: 1)
    }
    for penalty in Losses.BoxPenalty.allCases {
      try check("box_\(penalty)", boxes) { x throws(ShapeError) in
        try Losses.boxes(x[0], x[1], penalty: penalty, reduction: penalty == .distance ? .mean : .none)
      }
    }
    let none = try Losses.boxes(Tensor.zeros([0, 4]), Tensor.zeros([0, 4]), reduction: .mean)
    #expect(try none.floats() == [0])
  }

  @Test func shapesAreChecked() throws {
    let a = try Tensor.zeros([2, 3]), b = try Tensor.zeros([3, 2])
    #expect(throws: ShapeError.self) { try Losses.meanSquaredError(a, b) }
    #expect(throws: ShapeError.self) { try Losses.boxes(a, a) }
    #expect(throws: ShapeError.self) { try Losses.dice(a, Tensor([0], shape: [1])) }
    #expect(throws: ShapeError.self) { try Losses.smoothL1(a, a, beta: -1) }
  }
}
