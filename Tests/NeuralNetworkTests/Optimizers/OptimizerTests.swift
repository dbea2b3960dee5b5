import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct OptimizerTests {
  struct Case: Decodable {
    let name: String, method: String
    let rate: Double
    let momentum, dampening, decay, beta1, beta2, epsilon, alpha: Double?
    let nesterov, amsgrad, centered: Bool?

    var optimizer: OptimizerMethod {
      switch method {
      case "sgd":
        .sgd(
          .init(
            momentum: momentum ?? 0, dampening: dampening ?? 0, nesterov: nesterov ?? false, weightDecay: decay ?? 0))
      case "rmsprop":
        .rmsProp(
          .init(
            alpha: alpha ?? 0.99, epsilon: epsilon ?? 1e-8, weightDecay: decay ?? 0, momentum: momentum ?? 0,
            isCentered: centered ?? false))
      default:
        .adam(
          .init(
            beta1: beta1 ?? 0.9, beta2: beta2 ?? 0.999, epsilon: epsilon ?? 1e-8, weightDecay: decay ?? 0,
            isDecoupled: method == "adamw", amsGrad: amsgrad ?? false))
      }
    }
  }

  static func store() throws -> ParameterStore {
    let store = ParameterStore(), scope = store.root["layer"]
    let weight = scope.parameter("weight", [5, 7], .constant(0)), bias = scope.parameter("bias", [37], .constant(0))
    try weight.assign(Formula.tensor([5, 7], seed: 11))
    try bias.assign(Formula.tensor([37], seed: 12))
    return store
  }

  static func gradients(_ step: Int) throws -> [String: Tensor] {
    [
      "layer.weight": try Formula.tensor([5, 7], seed: UInt32(100 + step), scale: 0.5),
      "layer.bias": try Formula.tensor([37], seed: UInt32(200 + step), scale: 0.5),
    ]
  }

  /// The largest difference, relative to the largest value.
  static func difference(_ a: Tensor, _ b: Tensor) throws -> Float {
    let largest = try b.floats().reduce(0) { max($0, abs($1)) }
    return zip(try a.floats(), try b.floats()).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }

  @Test func tenStepsEqualPyTorchs() throws {
    let golden = try Golden("optimizers"), cases = try golden.cases(Case.self)
    #expect(cases.count == 11)
    for entry in cases {
      let store = try Self.store()
      var optimizer = try Optimizer(entry.optimizer)
      for step in 0..<10 {
        try optimizer.step(store.parameters, gradients: Self.gradients(step), learningRate: entry.rate)
      }
      for parameter in store.parameters {
        let off = try Self.difference(parameter.value(), golden[entry.name + "/" + parameter.path])
        #expect(off <= 1e-6, "\(entry.name) \(parameter.path): \(off)")
      }
    }
  }

  @Test func savedStateGoesOnWithTheSameBits() throws {
    for method in [
      OptimizerMethod.sgd(.init(momentum: 0.9)), .adam(.init(amsGrad: true)),
      .rmsProp(.init(momentum: 0.5, isCentered: true)),
    ] {
      let straight = try Self.store(), resumed = try Self.store()
      var first = try Optimizer(method), second = try Optimizer(method)
      for step in 0..<4 {
        try first.step(straight.parameters, gradients: Self.gradients(step), learningRate: 0.1)
        try second.step(resumed.parameters, gradients: Self.gradients(step), learningRate: 0.1)
        let (state, steps) = (try second.state(), second.steps)
        second = try Optimizer(method)
        try second.restore(state, steps: steps)
      }
      for (a, b) in zip(straight.parameters, resumed.parameters) {
        #expect(try a.value().floats().map(\.bitPattern) == b.value().floats().map(\.bitPattern))
      }
      #expect(throws: ShapeError.self) { try second.restore(["nonsense/x": Tensor(1)], steps: 1) }
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let gradient = try Formula.tensor([300_001], seed: 5), start = try Formula.tensor([300_001], seed: 6)
    func run() throws -> [UInt32] {
      let store = ParameterStore(), parameter = store.root.parameter("weight", [300_001], .constant(0))
      try parameter.assign(start)
      var optimizer = try Optimizer(.adamW())
      for _ in 0..<3 { try optimizer.step([parameter], gradients: ["weight": gradient], learningRate: 0.1) }
      return try parameter.value().floats().map(\.bitPattern)
    }
    #expect(try run() == OneThread.run(run))
  }

  @Test func aValueThatSomebodyHoldsStaysAsItWas() throws {
    let store = try Self.store(), held = try store.parameters[0].value()
    let before = try held.floats(), version = store.parameters[0].version
    var optimizer = try Optimizer(.sgd(.init()))
    try optimizer.step(store.parameters, gradients: Self.gradients(0), learningRate: 0.1)
    #expect(try held.floats() == before)
    #expect(try store.parameters[0].value().floats() != before)
    #expect(store.parameters[0].version > version)
  }

  @Test func wrongShapesAndSettingsThrowBeforeAnythingChanges() throws {
    let store = try Self.store(), before = try store.parameters[0].value().floats()
    var optimizer = try Optimizer(.adamW())
    var gradients = try Self.gradients(0)
    gradients["layer.bias"] = try Tensor(1)
    #expect(throws: ShapeError.self) {
      try optimizer.step(store.parameters, gradients: gradients, learningRate: 0.1)
    }
    #expect(try store.parameters[0].value().floats() == before)
    #expect(optimizer.steps == 0)
    #expect(throws: ShapeError.self) { try Optimizer(.adam(.init(beta1: 1.5))) }
    #expect(throws: ShapeError.self) { try Optimizer(.sgd(.init(nesterov: true))) }
  }
}
