import Foundation
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// One training step of each network against PyTorch's in float64, with the same formula-filled weights and dropout left out:
/// the loss, every parameter's gradient, the running statistics. `Scripts/golden/zoo_training.py`.
@Suite(.serialized) struct TrainingStepTests {
  struct Case: Decodable {
    let shape: [Int], gain: Float, loss: Double, tolerance: Double, keys: [String]
  }

  static let golden = Result { try Golden("training") }

  static let cases: [String: Case] =
    (try? JSONDecoder().decode(
      [String: Case].self, from: Data((golden.get().metadata["networks"] ?? "{}").utf8))) ?? [:]

  @Test func networksAreHere() { #expect(Self.cases.count == 18) }

  @Test(arguments: cases.keys.sorted()) func equalsPyTorch(_ name: String) throws {
    let item = try #require(Self.cases[name]), golden = try Self.golden.get()
    let store = ParameterStore(seed: 1)
    let network = try #require(TrainingNetworks.network(name, store.root))
    try FormulaWeights.fill(store, gain: item.gain)
    let input = try Formula.tensor(item.shape, seed: 5)
    let phase = TrainingPhase(randomness: try TrainingPhase.randomness(seed: 1, step: 1), drops: false)
    let tape = phase.makeTape()
    let loss = try phase.run(tape) { () throws(ShapeError) in
      var total = try Tensor(0)
      for (index, output) in try network.outputs(for: input).enumerated() {
        total = try total + (output.tensor * Self.weights(output.tensor.shape, UInt32(11 + index))).sum()
      }
      return total
    }
    var found = try tape.gradients(of: loss).parameters
    for (parameter, value) in phase.updates { found[parameter.path] = value }
    let rows = try golden[name + "/rows"].floats()
    let trained = Set(item.keys.filter { !$0.contains("running") })
    #expect(Set(store.parameters.filter { $0.kind == .trainable }.map(\.path)) == trained)
    let largest = item.keys.indices.filter { trained.contains(item.keys[$0]) }.reduce(0) { max($0, rows[3 * $1]) }
    #expect(abs(Double(try loss.floats()[0]) - item.loss) <= item.tolerance * Double(largest))
    for (index, key) in item.keys.enumerated() {
      let length = rows[3 * index], product = rows[3 * index + 1], weight = rows[3 * index + 2]
      let spec = try #require(store[key]).spec
      let values = try found[key]?.floats() ?? [Float](repeating: 0, count: spec.count)
      let allowed = Float(item.tolerance) * max(length, 1e-4 * (trained.contains(key) ? largest : 0))
      #expect(abs(Self.length(values) - length) <= allowed, "\(name) \(key): length")
      let probe = try FormulaWeights.values(of: key, shape: spec.shape, gain: 1).floats()
      let dot = zip(values, probe).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      // A difference of that length in any direction; most lie across the probe.
      #expect(abs(Float(dot) - product) <= allowed * max(weight, 1e-3), "\(name) \(key): product")
      guard let expected = golden.tensors["\(name)/\(key)"]?.flattened else { continue }
      let step = max(1, (values.count + 99) / 100)
      for (place, value) in zip(stride(from: 0, to: values.count, by: step), expected) {
        #expect(abs(values[place] - value) <= allowed, "\(name) \(key)[\(place)]")
      }
    }
  }

  private static func weights(_ shape: [Int], _ seed: UInt32) throws(ShapeError) -> Tensor {
    do { return try Formula.tensor(shape, seed: seed) } catch let error as ShapeError { throw error } catch {
      throw ShapeError(.argument, "formula", "\(error)")
    }
  }

  private static func length(_ values: [Float]) -> Float {
    Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
  }

}

extension Tensor {
  fileprivate var flattened: [Float]? { try? floats() }
}
