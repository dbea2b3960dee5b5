import Checkpoints
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// `.weights` files that are of another configuration, cut short or full of NaN.
@Suite struct DarknetWeightsLoadingTests {
  /// 2 biases, 4 of batch normalisation times 2, 2x2 weights: 6 + 12 = 18 values in two sections.
  static let text = """
    [net]
    width=4
    height=4
    channels=2
    [convolutional]
    filters=2
    size=1
    activation=linear
    [convolutional]
    batch_normalize=1
    filters=2
    size=1
    activation=linear
    """
  static let count = 18

  private static func message(_ values: [Float]) -> String {
    do {
      let network = try DarknetFixtures.network(text)
      try network.load(DarknetWeights(bytes: DarknetFixtures.file(values), path: "n.weights"))
      return ""
    } catch { return "\(error)" }
  }

  @Test func valuesGoWhereDarknetPutsThem() throws {
    let store = ParameterStore()
    let network = try DarknetFixtures.network(Self.text, store)
    let values = (1...Self.count).map(Float.init)
    try network.load(DarknetWeights(bytes: DarknetFixtures.file(values), path: "n.weights"))
    let expected: [String: [Float]] = [
      "0.Conv2d.bias": [1, 2], "0.Conv2d.weight": [3, 4, 5, 6], "1.BatchNorm2d.bias": [7, 8],
      "1.BatchNorm2d.weight": [9, 10], "1.BatchNorm2d.running_mean": [11, 12], "1.BatchNorm2d.running_var": [13, 14],
      "1.Conv2d.weight": [15, 16, 17, 18],
    ]
    for (key, numbers) in expected {
      #expect(try store["module_list." + key]?.value().floats() == numbers, "\(key)")
    }
    // Of the ones: 1 + 3 + 4 = 8 and 2 + 5 + 6 = 13; 15 * 8 + 16 * 13 = 328 and 17 * 8 + 18 * 13 = 370, normalised.
    let output = try network.outputs(for: Tensor.ones([1, 2, 1, 1]))[0].tensor.floats()
    let wanted = [(328 - 11) / Float(13).squareRoot() * 9 + 7, (370 - 12) / Float(14).squareRoot() * 10 + 8]
    for (a, b) in zip(output, wanted) { #expect(abs(a - b) < 1e-3, "\(output), expected \(wanted)") }
  }

  @Test(arguments: [
    (0, "module_list.0.Conv2d.bias", "expected 2 values, found 0", 20),
    (3, "module_list.0.Conv2d.weight", "expected 4 values, found 1", 28),
    (17, "module_list.1.Conv2d.weight", "expected 4 values, found 3", 76),
  ])
  func tooShort(_ count: Int, _ key: String, _ words: String, _ offset: Int) {
    let message = Self.message([Float](repeating: 1, count: count))
    #expect(message.hasPrefix("n.weights: \(key): ") && message.contains(words), "\(message)")
    #expect(message.hasSuffix("at byte \(offset)"), "\(message)")
  }

  @Test func tooLong() {
    let message = Self.message([Float](repeating: 1, count: Self.count + 1))
    #expect(message.contains("values are left after module_list.1.Conv2d.weight"), "\(message)")
    #expect(message.hasPrefix("n.weights: ") && message.hasSuffix("at byte 92"), "\(message)")
  }

  @Test(arguments: [Float.nan, .infinity]) func notFinite(value: Float) {
    var values = [Float](repeating: 1, count: Self.count)
    values[9] = value
    values[2] = value
    let message = Self.message(values)
    #expect(message.hasPrefix("n.weights: ") && message.contains("2 tensors have NaN or infinite values"), "\(message)")
    #expect(message.contains("module_list.0.Conv2d.weight, module_list.1.BatchNorm2d.weight"), "\(message)")
  }

  @Test func justRight() { #expect(Self.message([Float](repeating: 1, count: Self.count)) == "") }
}
