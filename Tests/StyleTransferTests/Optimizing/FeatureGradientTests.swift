import Imaging
import Inference
import Models
import NeuralNetwork
import StyleTransfer
import TensorCore
import TestSupport
import Testing

@Suite(.serialized) struct FeatureGradientTests {
  @Test(arguments: [
    ["relu1_1"], ["relu1_1", "relu2_1"], ["relu3_1"], ["relu5_1"],
    ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"],
  ])
  func compiledGradientsEqualEagerOnes(names: [String]) throws {
    let store = ParameterStore()
    let network = VGG(store.root, .vgg19, hasHead: false)
    try FormulaWeights.fill(store, gain: 1.4)
    let reader = try FeatureReader(
      model: "vgg19", network: network, parameters: store,
      contract: InputContract(
        size: nil, fit: .none, mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225]))
    let function: @Sendable ([Tensor]) throws(ShapeError) -> StepResults = { inputs throws(ShapeError) in
      let tape = Tape(tracksParameter: { _ in false })
      let pixels = tape.watch(inputs[0])
      let loss = try tape.run { () throws(ShapeError) in
        let features = try reader.features(of: pixels, at: names)
        var sum = try Tensor.zeros([])
        for name in names { if let map = features[name] { sum = try sum + (map * map).mean() } }
        return sum
      }
      let gradients = try tape.gradients(of: loss)
      guard let gradient = gradients[pixels] else { throw ShapeError(.gradient, "test", "none") }
      return StepResults(loss: loss.detached(), gradients: ["pixels": gradient])
    }
    for flag in [false, true] {
      let step = CompiledStep(
        parameter: { path throws(ShapeError) in
          guard let parameter = store[path] else { throw ShapeError(.argument, "test", path) }
          return try parameter.value()
        }, changes: { _ in flag }, function)
      let picture = try Formula.tensor([1, 3, 32, 48], seed: 4, scale: 0.5, offset: 0.5)
      let compiled = try step([picture]), eager = try function([picture])
      try expectClose(compiled.loss, eager.loss, .network, "loss")
      // Sixteen convolutions forward and backward, by other algorithms: lengths, not single elements.
      let ours = try #require(compiled.gradients["pixels"]), wanted = try #require(eager.gradients["pixels"])
      let difference = try ours - wanted
      let error = try (difference * difference).sum().floats()[0], length = try (wanted * wanted).sum().floats()[0]
      #expect(length > 0 && error < 1e-6 * length, "\(names), weights that change: \(flag)")
    }
  }
}
