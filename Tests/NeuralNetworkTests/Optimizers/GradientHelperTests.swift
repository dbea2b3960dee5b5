import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct GradientHelperTests {
  private func gradients() throws -> [String: Tensor] {
    ["a": try Formula.tensor([5, 7], seed: 31), "b": try Formula.tensor([37], seed: 32)]
  }

  @Test func clippingByNormEqualsPyTorchs() throws {
    let golden = try Golden("optimizers"), gradients = try gradients()
    let norm = try GradientNorm(gradients), expected = Double(try golden["clip/norm"].floats()[0])
    #expect(abs(norm.value - expected) <= 1e-6 * expected)
    #expect(norm.isFinite)
    let clipped = try gradients.scaled(by: norm.scale(clippingTo: 2.5))
    try expectClose(try #require(clipped["a"]), golden["clip/0"], .elementwise)
    try expectClose(try #require(clipped["b"]), golden["clip/1"], .elementwise)
    #expect(norm.scale(clippingTo: 1e3) == 1)
  }

  @Test func gradientsThatAreNotFiniteAreReported() throws {
    var gradients = try gradients()
    gradients["c"] = try Tensor([1, .nan], shape: [2])
    #expect(try !GradientNorm(gradients).isFinite)
    gradients["c"] = try Tensor([1, .infinity], shape: [2])
    let norm = try GradientNorm(gradients)
    #expect(norm.value == .infinity && norm.scale(clippingTo: 1) == 0)
  }

  @Test func clippingByValue() throws {
    let clipped = try ["a": Tensor([-3, 0.5, 2, .nan], shape: [4])].clipped(toValue: 1)
    let values = try #require(clipped["a"]).floats()
    #expect(values[..<3] == [-1, 0.5, 1] && values[3].isNaN)
  }

  @Test func accumulatedGradientsAreTheLargerBatchs() throws {
    var sum = GradientAccumulator()
    try sum.add(["a": Tensor([1.0, 2], shape: [2])], weight: 0.25)
    try sum.add(["a": Tensor([4.0, 8], shape: [2]), "b": Tensor(3)], weight: 0.5)
    #expect(sum.count == 2)
    #expect(throws: ShapeError.self) { try sum.add(["a": Tensor(1)]) }
    let total = sum.take()
    #expect(try total["a"]?.floats() == [2.25, 4.5] && total["b"]?.floats() == [1.5])
    #expect(sum.count == 0 && sum.gradients.isEmpty)
  }

  @Test func movingAverageFollowsTheFormula() throws {
    let store = ParameterStore(), weight = store.root.parameter("weight", [2], .constant(0))
    let count = store.root.buffer("count", [], dtype: .int64, .constant(0))
    try count.assign(Tensor([0], shape: []))
    var average = MovingAverage(.init(decay: 0.75))
    try weight.assign(Tensor([1.0, 2], shape: [2]))
    try average.update(store.parameters)
    #expect(try average.values["weight"]?.floats() == [1, 2])
    try weight.assign(Tensor([5.0, -2], shape: [2]))
    try count.assign(Tensor([7], shape: []))
    try average.update(store.parameters)
    #expect(try average.values["weight"]?.floats() == [2, 1])
    #expect(try average.values["count"]?.integers() == [7])
    let inside = try average.withValues(in: store.parameters) { try weight.value().floats() }
    #expect(inside == [2, 1])
    #expect(try weight.value().floats() == [5, -2])
    var restored = MovingAverage(average.settings)
    restored.restore(average.values, updates: average.updates)
    try restored.update(store.parameters)
    try average.update(store.parameters)
    #expect(try restored.values["weight"]?.floats() == average.values["weight"]?.floats())
  }

  @Test func warmUpOfTheMovingAverage() {
    // timm.utils.ModelEmaV3(..., use_warmup=True).get_decay(step) for steps 1, 2, 11, 1000.
    let settings = MovingAverage.Settings(decay: 0.98, warmsUp: true)
    let decays = [1, 2, 11, 1000].map(settings.decay)
    for (found, expected) in zip(decays, [0, 0.3700394750525634, 0.7978199917664258, 0.98]) {
      #expect(abs(found - expected) < 1e-12)
    }
  }
}
