import Foundation
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// Fresh networks are filled as torchvision fills them: mean, deviation and kind of distribution of every parameter.
/// `Scripts/golden/initial_weights.py`.
@Suite(.serialized) struct InitialWeightsTests {
  static let golden = Result { try Golden("initial") }

  static let names: [String] =
    (try? JSONDecoder().decode(
      [String: Int].self, from: Data((golden.get().metadata["networks"] ?? "{}").utf8)))?.keys.sorted() ?? []

  @Test func networksAreHere() { #expect(Self.names.count == 20) }

  @Test(arguments: names) func asTorchvision(_ name: String) throws {
    let store = ParameterStore(seed: 11), rows = try Self.golden.get()[name].floats()
    _ = try #require(TrainingNetworks.network(name, store.root))
    let parameters = store.parameters.filter { $0.kind == .trainable }
      .sorted { Array($0.path.utf8).lexicographicallyPrecedes(Array($1.path.utf8)) }
    #expect(parameters.count * 4 == rows.count)
    for (index, parameter) in parameters.enumerated() where 4 * index + 3 < rows.count {
      let values = try parameter.value().floats(), count = Double(values.count)
      let (mean, deviation, shape) = Self.moments(values)
      let row = rows[4 * index..<4 * index + 4].map { Double($0) }
      #expect(row[0] == count, "\(name) \(parameter.path)")
      if row[2] == 0 {
        #expect(abs(mean - row[1]) < 1e-6 && deviation < 1e-6, "\(name) \(parameter.path): constant \(row[1])")
        continue
      }
      // Five deviations of what both samples scatter by.
      let scatter = 5 * (2 / count).squareRoot()
      #expect(abs(mean - row[1]) <= row[2] * scatter, "\(name) \(parameter.path): mean \(mean), \(row[1])")
      guard count >= 32 else { continue }
      #expect(
        abs(deviation / row[2] - 1) <= 0.01 + scatter / 2.0.squareRoot(),
        "\(name) \(parameter.path): deviation \(deviation), \(row[2])")
      guard count >= 4000 else { continue }
      #expect(abs(shape - row[3]) <= 0.5, "\(name) \(parameter.path): fourth moment \(shape), \(row[3])")
    }
  }

  private static func moments(_ values: [Float]) -> (mean: Double, deviation: Double, shape: Double) {
    let count = Double(values.count), mean = values.reduce(0.0) { $0 + Double($1) } / count
    var second = 0.0, fourth = 0.0
    for value in values {
      let square = (Double(value) - mean) * (Double(value) - mean)
      second += square
      fourth += square * square
    }
    let variance = second / count
    return (mean, variance.squareRoot(), variance > 0 ? fourth / count / (variance * variance) : 0)
  }
}
