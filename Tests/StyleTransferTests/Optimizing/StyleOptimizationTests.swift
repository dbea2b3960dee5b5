import Foundation
import Imaging
import Models
import NeuralNetwork
import StyleTransfer
import TensorCore
import TestSupport
import Testing

@Suite(.serialized) struct StyleOptimizationTests {
  static func reader() throws -> FeatureReader {
    let store = ParameterStore()
    let network = VGG(store.root, .vgg19, hasHead: false)
    try FormulaWeights.fill(store, gain: 1.4)
    return try FeatureReader(
      model: "vgg19", network: network, parameters: store,
      contract: InputContract(
        size: nil, fit: .none, mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225]))
  }

  /// As `picture` of the script.
  static func image(_ width: Int, _ height: Int, seed: UInt32, frequency: Int) throws -> Image {
    let pixels = (0..<width * height * 3).map { index -> UInt8 in
      let channel = index % 3, x = index / 3 % width, y = index / 3 / width
      let base = (x * frequency + y * (5 + channel) + channel * 40) % 200
      return UInt8(base + Int((Formula.value(index, seed: seed) + 1) * 20))
    }
    return try Image(width: width, height: height, format: .rgb, pixels: pixels)
  }

  private static func picture(_ width: Int, _ height: Int, seed: UInt32, frequency: Int) throws -> PreparedImage {
    try StyleOptimization.prepare(image(width, height, seed: seed, frequency: frequency))
  }

  private struct Goldens: Decodable {
    let weights: [Double]
    let runs: [String: [[Double]]]
    let float32: [String: [Double]]
  }

  @Test func layersAreGatys() throws {
    let reader = try Self.reader()
    #expect(reader.styleLayers == ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"])
    #expect(reader.contentLayers == ["relu4_2"])
    let paths = Dictionary(uniqueKeysWithValues: reader.layers.map { ($0.name, $0.path) })
    #expect(paths["relu4_2"] == "features.21" && paths["relu5_4"] == "features.34" && paths.count == 16)
  }

  @Test(arguments: ["lbfgs", "lbfgs smooth", "adam"])
  func lossesOfTwentyStepsEqualPyTorchs(run: String) throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Goldens/optimization.json"
    let goldens = try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    let wanted = try #require(goldens.runs[run]), moved = try #require(goldens.float32[run])
    var settings = StyleOptimizationSettings()
    settings.steps = wanted.count
    settings.optimizer = run == "adam" ? .adam : .lbfgs
    settings.contentWeight = goldens.weights[0]
    settings.styleWeight = goldens.weights[1]
    settings.variationWeight = run == "lbfgs" ? 0 : goldens.weights[2]
    let optimization = try StyleOptimization(Self.reader(), settings)
    var found: [[Double]] = []
    let result = try optimization(
      content: Self.picture(48, 32, seed: 1, frequency: 3), style: Self.picture(32, 40, seed: 2, frequency: 11)
    ) { progress in
      found.append([progress.contentLoss, progress.styleLoss, progress.variationLoss])
      return true
    }
    #expect(found.count == wanted.count && result.steps == wanted.count)
    var drift = 0.0
    for (step, (ours, theirs)) in zip(found, wanted).enumerated() {
      let (a, b) = (ours.reduce(0, +), theirs.reduce(0, +))
      // PyTorch's own float32 moves away from the golden float64, too.
      drift = max(drift, moved[step])
      #expect(abs(a - b) <= b * (1e-3 + 4 * drift), "step \(step): \(ours), PyTorch's \(theirs)")
    }
  }

  @Test func stopsWhereItIsToldTo() throws {
    var settings = StyleOptimizationSettings()
    settings.steps = 10
    let content = try Self.picture(32, 32, seed: 3, frequency: 2)
    let result = try StyleOptimization(Self.reader(), settings)(content: content, style: content) { $0.step < 2 }
    #expect(result.steps == 2 && result.image.width == 32)
  }

  @Test func noStepsGiveTheContentAndColorsAreKept() throws {
    var settings = StyleOptimizationSettings()
    settings.steps = 0
    let pixels = (0..<40 * 33 * 3).map { UInt8($0 * 7 % 251) }
    let image = try Image(width: 40, height: 33, format: .rgb, pixels: pixels)
    let content = try StyleOptimization.prepare(image)
    #expect(try StyleOptimization(Self.reader(), settings)(content: content, style: content).image.pixels == pixels)
    settings.keepsColors = true
    #expect(try StyleOptimization(Self.reader(), settings)(content: content, style: content).image.pixels == pixels)
    settings.steps = 2
    let style = try Self.picture(40, 40, seed: 4, frequency: 9)
    let painted = try StyleOptimization(Self.reader(), settings)(content: content, style: style).image.pixels
    // Differences of colours stay, where no level is cut off.
    for place in 0..<40 * 33 where (1..<255).contains(painted[3 * place..<3 * place + 3].map(Int.init).max() ?? 0) {
      let (a, b) = (painted[3 * place..<3 * place + 3].map(Int.init), pixels[3 * place..<3 * place + 3].map(Int.init))
      guard a.min() ?? 0 > 0 else { continue }
      #expect(abs((a[0] - a[1]) - (b[0] - b[1])) <= 1 && abs((a[1] - a[2]) - (b[1] - b[2])) <= 1)
    }
  }

  @Test func unknownLayersAndImpossibleSettingsAreRefused() throws {
    var settings = StyleOptimizationSettings()
    settings.styleLayers = ["relu9_1"]
    let reader = try Self.reader()
    let error = #expect(throws: ShapeError.self) { try StyleOptimization(reader, settings) }
    #expect(error?.description.contains("relu9_1") == true && error?.description.contains("relu4_2") == true)
    settings.styleLayers = nil
    settings.contentWeight = .nan
    #expect(throws: ShapeError.self) { try StyleOptimization(reader, settings) }
    settings.contentWeight = 0
    settings.styleWeight = 0
    let content = try Self.picture(32, 32, seed: 3, frequency: 2)
    #expect(throws: ShapeError.self) { try StyleOptimization(reader, settings)(content: content, style: content) }
  }

  @Test func noiseDependsOnTheSeedAlone() throws {
    var settings = StyleOptimizationSettings()
    settings.start = .noise
    settings.steps = 3
    settings.seed = 5
    let content = try Self.picture(32, 32, seed: 3, frequency: 2), reader = try Self.reader()
    let first = try StyleOptimization(reader, settings)(content: content, style: content).image.pixels
    #expect(
      try OneThread.run { try StyleOptimization(reader, settings)(content: content, style: content).image.pixels }
        == first)
    settings.seed = 6
    #expect(try StyleOptimization(reader, settings)(content: content, style: content).image.pixels != first)
  }
}
