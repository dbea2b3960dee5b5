import Foundation
import Imaging
import Models
import NeuralNetwork
import StyleTransfer
import TensorCore
import TestSupport
import Testing
import Training

/// One step of a style network's training equals PyTorch's. `Scripts/golden/style_training.py`.
@Suite(.serialized) struct StyleTaskTests {
  private struct Goldens: Decodable {
    let weights: [Double], parts: [Double]
    let norms: [String: Double]
  }

  private static func task(
    _ change: (inout StyleTask.Settings) -> Void = { _ in }
  ) throws -> StyleTask {
    let store = ParameterStore()
    let network = TransformerNet(store.root, width: 4)
    try FormulaWeights.fill(store, gain: 1.4)
    var settings = StyleTask.Settings()
    settings.side = 48
    change(&settings)
    return try StyleTask(
      network, store, contract: InputContract(size: nil, fit: .none, scale: 1),
      style: StyleOptimizationTests.image(48, 48, seed: 2, frequency: 11), reader: StyleOptimizationTests.reader(),
      settings: settings)
  }

  private static func items(_ task: StyleTask) throws -> [TrainingItem] {
    try [(1, 3), (5, 7)].map { seed, frequency in
      try task.item(augmented: Sample(image: StyleOptimizationTests.image(48, 48, seed: seed, frequency: frequency)))
    }
  }

  @Test func lossAndGradientsEqualPyTorchs() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Goldens/training.json"
    let goldens = try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    let task = try Self.task {
      ($0.contentWeight, $0.styleWeight, $0.variationWeight) = (
        goldens.weights[0], goldens.weights[1], goldens.weights[2]
      )
    }
    let tensors = try task.tensors(
      for: Self.items(task), BatchContext(random: RandomStream(seed: 0, purpose: "test")))
    let step = StepRunner(task, seed: 0, trained: Set(task.parameters.parameters.map(\.path)))
    let results = try step(tensors, step: 0)
    let parts = try results.outputs.map { Double(try $0.floats()[0]) }
    for (own, wanted) in zip(parts, goldens.parts) {
      #expect(abs(own - wanted) <= 1e-3 * wanted, "\(parts), \(goldens.parts)")
    }
    #expect(results.gradients.count == goldens.norms.count)
    for (path, wanted) in goldens.norms {
      let gradient = try #require(results.gradients[path]).floats()
      let own = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      // Biases before a normalisation have no gradient but rounding.
      #expect(abs(own - wanted) <= 5e-3 * wanted + 1e-5, "\(path): \(own), \(wanted)")
    }
  }

  @Test func photosAreShownAboveWhatBecomesOfThem() throws {
    let task = try Self.task()
    #expect(try task.preview() == nil)
    let score = task.makeScore()
    try task.predict(Self.items(task), into: score)
    #expect(score.metrics.map(\.name) == ["loss", "content", "style"] && !score.isMoreBetter)
    let picture = try #require(try task.preview())
    #expect(picture.width == 96 && picture.height == 96)
    let photo = try StyleOptimizationTests.image(48, 48, seed: 1, frequency: 3)
    #expect(Array(picture.pixels[0..<144]) == Array(photo.pixels[0..<144]))
  }

  @Test func whatCannotBeIsRefused() throws {
    #expect(throws: ShapeError.self) { try Self.task { $0.styleLayers = ["relu9_1"] } }
    #expect(throws: ShapeError.self) { try Self.task { $0.side = 16 } }
  }
}
