import Foundation
import Imaging
import Inference
import Models
import NeuralNetwork
import Segmentation
import TensorCore
import TestSupport
import Testing

/// One compiled training step with each loss against PyTorch's in float64: `Scripts/golden/segmentation_training.py`.
@Suite(.serialized) struct SegmentationStepTests {
  struct Case: Decodable {
    let shape: [Int], gain: Float, loss: Double, tolerance: Double, keys: [String]
    let terms: [String: Double], weights: [Float]?, smoothing: Double
  }

  static let golden = Result { try Golden("training") }

  static let cases: [String: Case] =
    (try? JSONDecoder().decode(
      [String: Case].self, from: Data((golden.get().metadata["networks"] ?? "{}").utf8))) ?? [:]

  @Test func casesAreHere() { #expect(Self.cases.count == 4) }

  private static func network(_ name: String, _ scope: ParameterScope) -> any SegmentationNetwork {
    switch name.split(separator: "_").first {
    case "unet":
      var configuration = UNet.Configuration(classes: 5)
      configuration.widths = [8, 16, 24]
      return UNet(scope, configuration)
    case "fcn":
      var small = ResNet.Configuration.resNet50
      small.depths = [1, 1, 1, 1]
      return DenseClassifier.fcn(scope, NetworkOptions(classes: 5, hasAuxiliaryHeads: true)) { [small] in
        .resNet($0, small)
      }
    default: return LRASPP(scope, classes: 5) { .mobileNetV3Large($0) }
    }
  }

  @Test(arguments: cases.keys.sorted()) func equalsPyTorch(_ name: String) throws {
    let item = try #require(Self.cases[name]), golden = try Self.golden.get()
    let store = ParameterStore(seed: 1), network = Self.network(name, store.root)
    try FormulaWeights.fill(store, gain: item.gain)
    var settings = SegmentationTask.Settings()
    settings.loss.terms = item.terms.sorted { $0.key < $1.key }.compactMap { name, weight in
      SegmentationLoss.Kind(rawValue: name).map { SegmentationLoss.Term($0, weight: weight) }
    }
    settings.loss.classWeights = item.weights
    settings.loss.labelSmoothing = item.smoothing
    let task = SegmentationTask(
      network, store, labels: (0..<5).map { "\($0)" }, contract: try InputContract(size: nil, fit: .none), size: nil,
      settings: settings)
    let step = CompiledStep(parameter: { path throws(ShapeError) in try store.value(at: path) }) {
      inputs throws(ShapeError) in
      let phase = TrainingPhase(randomness: inputs[2], drops: false), tape = phase.makeTape()
      let losses = try phase.run(tape) { () throws(ShapeError) in try task.losses(for: inputs.dropLast()) }
      return StepResults(loss: losses[0].detached(), gradients: try tape.gradients(of: losses[0]).parameters)
    }
    let size = [item.shape[0]] + item.shape.dropFirst(2)
    let labels = (0..<size.reduce(1, *)).map { place in
      let number = Int((Double(Formula.value(place, seed: 4)) + 1) / 2 * 6)
      return number == 5 ? 255 : number
    }
    let inputs = [
      try Formula.tensor(item.shape, seed: 3), try Tensor(labels, shape: size),
      try TrainingPhase.randomness(seed: 1, step: 1),
    ]
    #expect(try step.plan(for: inputs.map(\.spec)) != nil)
    let results = try step(inputs)
    #expect(abs(Double(try results.loss.floats()[0]) - item.loss) <= 1e-4 * item.loss)
    let rows = try golden[name].floats()
    #expect(Set(results.gradients.keys) == Set(item.keys))
    let largest = item.keys.indices.reduce(0) { max($0, rows[3 * $1]) }
    for (index, key) in item.keys.enumerated() {
      let length = rows[3 * index], product = rows[3 * index + 1], weight = rows[3 * index + 2]
      let values = try #require(results.gradients[key]).floats()
      let allowed = Float(item.tolerance) * max(length, 1e-4 * largest)
      let own = Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
      #expect(abs(own - length) <= allowed, "\(name) \(key): length")
      let probe = try FormulaWeights.values(of: key, shape: try #require(store[key]).spec.shape, gain: 1).floats()
      let dot = zip(values, probe).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(Float(dot) - product) <= allowed * max(weight, 1e-3), "\(name) \(key): product")
    }
  }

  @Test(arguments: [SegmentationLoss.Kind.crossEntropy, .dice, .focal])
  func aBatchOfVoidAloneCostsNothingThatIsNoNumber(kind: SegmentationLoss.Kind) throws {
    let store = ParameterStore(seed: 1)
    var configuration = UNet.Configuration(classes: 3), settings = SegmentationTask.Settings()
    configuration.widths = [4, 8]
    settings.loss.terms = [SegmentationLoss.Term(kind)]
    let task = SegmentationTask(
      UNet(store.root, configuration), store, labels: ["a", "b", "c"],
      contract: try InputContract(size: nil, fit: .none),
      size: nil, settings: settings)
    let void = try Tensor([Int](repeating: 255, count: 64), shape: [1, 8, 8])
    let loss = try task.losses(for: [try Formula.tensor([1, 3, 8, 8], seed: 1), void])[0].floats()[0]
    #expect(loss == 0)
  }
}
