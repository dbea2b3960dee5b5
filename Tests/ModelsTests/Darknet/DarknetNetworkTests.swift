import Checkpoints
import Foundation
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// Whole networks against OpenCV (and, where it cannot read a section, the golden script's reference).
@Suite struct DarknetNetworkTests {
  private struct Case: Decodable {
    var name: String
    var shape: [Int]
    var seed: UInt32
    var gain: Float
    /// Of each head's boxes every `step`th is kept.
    var step: Int
    var outputs: [String]
    /// Keys and shapes in the order of the `.weights` file.
    var order: [Entry]

    struct Entry: Decodable {
      var key: String
      var shape: [Int]

      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        key = try list.decode(String.self)
        shape = try list.decode([Int].self)
      }
    }
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Goldens"
  static let names = [
    "activations", "averages", "connected", "connected_norm", "convolutions", "new_coordinates", "pools",
    "rare_activations", "region", "region_logistic", "reorg", "routes", "variants", "yolo",
  ]

  @Test func everySmallConfigurationHasItsGolden() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".cfg") }
    #expect(files.map { String($0.dropLast(4)) }.sorted() == Self.names)
    #expect(try Golden("sections").cases(Case.self).map(\.name) == Self.names)
  }

  @Test(arguments: names) func smallNetworksEqualOpenCV(name: String) throws {
    let golden = try Golden("sections")
    let item = try #require(golden.cases(Case.self).first { $0.name == name })
    let x = try Formula.tensor(item.shape, seed: item.seed)
    try compare(item, configuration: "\(Self.folder)/\(name).cfg", weights: nil, x, golden)
  }

  /// The published configurations with formula-filled weights.
  @Test(
    .enabled(if: TestData.folder != nil, "VISION_TEST_DATA is not set"),
    arguments: ["yolov3", "yolov3-tiny", "yolov2-tiny-voc"])
  func publishedNetworksEqualOpenCV(name: String) throws {
    let folder = try #require(TestData.folder), golden = try Golden("published")
    let item = try #require(golden.cases(Case.self).first { $0.name == name })
    let x = try Formula.tensor(item.shape, seed: item.seed, scale: 0.5, offset: 0.5)
    try compare(item, configuration: "\(folder)/weights/darknet/\(name).cfg", weights: nil, x, golden)
  }

  /// Published weights on formula-filled blocks of 16 pixels.
  @Test(
    .enabled(if: TestData.folder != nil, "VISION_TEST_DATA is not set"),
    arguments: ["yolo-fastest-1.1-xl", "MobileNetV2-YOLOv3-Nano-voc"])
  func publishedWeightsEqualOpenCV(name: String) throws {
    let path = try #require(TestData.folder) + "/weights/darknet/" + name, golden = try Golden("published")
    let item = try #require(golden.cases(Case.self).first { $0.name == name })
    let blocks = try Formula.tensor([1, 3, 20, 20], seed: item.seed, scale: 0.5, offset: 0.5)
    let x = try blocks.interpolate(scale: [16, 16], mode: .nearest)
    #expect(x.shape == item.shape)
    try compare(item, configuration: path + ".cfg", weights: path + ".weights", x, golden)
  }

  private func compare(_ item: Case, configuration path: String, weights: String?, _ x: Tensor, _ golden: Golden) throws
  {
    let configuration = try DarknetConfiguration.read(path: path)
    let store = ParameterStore()
    let network = try DarknetNetwork(store.root, configuration)
    if let weights {
      try network.load(DarknetWeights.read(path: weights))
    } else {
      for entry in item.order { #expect(store[entry.key]?.spec.shape == entry.shape, "\(item.name): \(entry.key)") }
      let keys = item.order.map(\.key)
      let bytes = try DarknetFixtures.file(keys, filling: configuration, gain: item.gain)
      try network.load(DarknetWeights(bytes: bytes, path: "generated.weights"))
    }
    let outputs = try network.outputs(for: x)
    #expect(outputs.map(\.name) == item.outputs)
    for output in outputs {
      let expected = try golden["\(item.name).\(output.name)"]
      let what = "\(item.name) \(output.name)"
      guard output.name != "output" else {
        try expectClose(output.tensor, expected, .network, what)
        continue
      }
      let rows = output.tensor.shape[1], width = output.tensor.shape[2]
      let values = try output.tensor.floats()
      var kept: [Float] = []
      for image in 0..<output.tensor.shape[0] {
        for row in stride(from: 0, to: rows, by: item.step) {
          let start = (image * rows + row) * width
          kept += values[start..<start + width]
        }
      }
      let actual = try Tensor(kept, shape: expected.shape)
      let worst = try zip(kept, expected.floats()).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(worst < 1e-3, "\(what): the largest difference is \(worst)")
      // Centres, sizes, objectness and class scores are of different magnitudes: each compared by itself.
      for (start, length) in [(0, 2), (2, 2), (4, 1), (5, width - 5)] {
        try expectClose(
          actual.narrow(axis: 2, start: start, length: length), expected.narrow(axis: 2, start: start, length: length),
          .network, "\(what), columns from \(start)")
      }
    }
  }

  @Test func theInputIsThatOfTheConfiguration() throws {
    let network = try DarknetFixtures.network(
      "[net]\nwidth=9\nheight=8\nchannels=2\n[convolutional]\nfilters=3\nsize=3\npad=1\nactivation=leaky")
    #expect(network.inputShape == [2, 8, 9] && network.classCount == 0)
    // Another size is fine where all sections can take it.
    #expect(try network.outputs(for: Tensor.zeros([2, 2, 5, 4]))[0].tensor.shape == [2, 3, 5, 4])
    for shape in [[1, 3, 8, 9], [2, 8, 9], [1, 2, 0, 9]] {
      #expect(throws: ShapeError.self, "\(shape)") { try network.outputs(for: Tensor.zeros(shape)) }
    }
  }

  @Test func aSizeThatASectionCannotTakeNamesTheSection() throws {
    let network = try DarknetFixtures.network(
      "[net]\nwidth=8\nheight=8\nchannels=4\n[maxpool]\nsize=1\nstride=1\n[reorg]\nstride=2")
    #expect(try network.outputs(for: Tensor.zeros([1, 4, 6, 4]))[0].tensor.shape == [1, 16, 3, 2])
    #expect(
      errorMessage { try network.outputs(for: Tensor.zeros([1, 4, 7, 8]))[0].tensor }.contains("module_list.1"))
  }
}
