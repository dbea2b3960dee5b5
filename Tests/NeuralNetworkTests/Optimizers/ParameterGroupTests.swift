import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct ParameterGroupTests {
  @Test func groupsCombine() throws {
    let groups: [ParameterGroup] = [
      .noDecayOnVectors, ParameterGroup(.below(["layer1"]), rateMultiplier: 0.5),
      ParameterGroup(.ending([".weight"]), rateMultiplier: 0.1), .frozen(["stem"]),
    ]
    func settings(_ path: String, _ shape: [Int]) -> ParameterSettings {
      ParameterSettings(path, TensorSpec(shape), groups: groups, weightDecay: 0.05)
    }
    let weight = settings("layer1.0.conv.weight", [4, 3, 1, 1])
    #expect(abs(weight.rateMultiplier - 0.05) < 1e-12 && weight.weightDecay == 0.05 && !weight.isFrozen)
    #expect(settings("layer1.bias", [4]).weightDecay == 0)
    #expect(settings("layer10.bias", [4]).rateMultiplier == 1)
    #expect(settings("stem.conv.weight", [4, 4]).isFrozen && !settings("stems.weight", [4, 4]).isFrozen)
  }

  @Test func layerwiseRatesFollowTheFormula() throws {
    let store = ParameterStore(), root = store.root
    for name in ["conv1", "bn1"] { _ = root[name].parameter("weight", [2], .constant(0)) }
    for layer in 1...2 {
      for block in 0..<2 { _ = root["layer\(layer)"][block]["conv"].parameter("weight", [2], .constant(0)) }
    }
    _ = root["fc"].parameter("weight", [2], .constant(0))
    let layers = LayerwiseRates.layers(of: store.parameters)
    #expect(
      layers == [
        ["conv1.weight", "bn1.weight"], ["layer1.0"], ["layer1.1"], ["layer2.0"], ["layer2.1"], ["fc.weight"],
      ])
    let groups = LayerwiseRates.groups(layers, decay: 0.75)
    // numpy: 0.75 ** (5 - numpy.arange(6))
    let expected = [0.2373046875, 0.31640625, 0.421875, 0.5625, 0.75, 1]
    #expect(groups.map(\.rateMultiplier) == expected)
    let optimizer = try Optimizer(.adamW(), groups: groups)
    #expect(
      store.parameters.map { optimizer.settings(of: $0).rateMultiplier }
        == [expected[0], expected[0], expected[1], expected[2], expected[3], expected[4], 1])
  }

  @Test func layersWithNumbersAfterAnUnderscore() throws {
    let store = ParameterStore()
    _ = store.root.parameter("class_token", [1], .constant(0))
    _ = store.root["encoder"]["layers"]["encoder_layer_0"]["mlp"].parameter("weight", [1], .constant(0))
    _ = store.root["heads"].parameter("weight", [1], .constant(0))
    #expect(
      LayerwiseRates.layers(of: store.parameters)
        == [["class_token"], ["encoder.layers.encoder_layer_0"], ["heads.weight"]])
  }

  @Test func frozenParametersStayAndRatesScale() throws {
    let store = try OptimizerTests.store(), before = try store.parameters.map { try $0.value().floats() }
    let groups = [
      ParameterGroup.frozen(["layer.bias"]), ParameterGroup(.ending(["weight"]), rateMultiplier: 0.5),
    ]
    var optimizer = try Optimizer(.sgd(.init()), groups: groups)
    let gradients = try OptimizerTests.gradients(0)
    try optimizer.step(store.parameters, gradients: gradients, learningRate: 0.25, gradientScale: 2)
    #expect(try store.parameters[1].value().floats() == before[1])
    #expect(optimizer.trains(store.parameters[0]) && !optimizer.trains(store.parameters[1]))
    let gradient = try #require(gradients["layer.weight"]).floats()
    for (index, value) in try store.parameters[0].value().floats().enumerated() {
      #expect(abs(value - (before[0][index] - 0.25 * gradient[index])) < 1e-6)
    }
  }
}
