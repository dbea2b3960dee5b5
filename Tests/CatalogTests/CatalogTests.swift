import Catalog
import Checkpoints
import Foundation
import Models
import NeuralNetwork
import Support
import TestSupport
import Testing

@Suite struct CatalogTests {
  private let loader = ModelLoader(locator: WeightsLocator(home: .builtIn, cache: nil, isOffline: true)) { manifest in
    throw CatalogError.incomplete(file: manifest.id, problem: "not here")
  }

  @Test(arguments: ["yolo", "yolox_tiny", "YOLOX-Tiny", "yolox.tiny"]) func namesAreForgiving(name: String) throws {
    #expect(try Catalog.entry(name).id == "yolox_tiny")
  }

  @Test func anUnknownNameGetsTheNearest() {
    let error = #expect(throws: CatalogError.self) { try Catalog.entry("yolox_nanp") }
    #expect(error?.description.contains("did you mean yolox_nano") == true)
    #expect(error?.exitCode == .usage)
  }

  @Test func defaultWeightsAreOfTheEntryAndHaveItsLabels() throws {
    for entry in Catalog.entries {
      guard let id = entry.defaultWeights else { continue }
      let manifest = try Manifest.load(id: id, in: .builtIn)
      #expect(manifest.model == entry.id)
      let labels = try manifest.labels(in: .builtIn)
      #expect(labels.isEmpty || labels.count == manifest.options.classes ?? entry.classes, "\(entry.id)")
    }
  }

  @Test(arguments: ["yolox_nano", "yolox_m"]) func randomWeightsNeedNoFile(id: String) throws {
    let loaded = try loader.load(ModelRequest(model: id, weights: "random", seed: 5))
    #expect(loaded.weightsPath == nil && loaded.id == id)
    #expect(loaded.parameters.trainableCount > 900_000)
  }

  @Test func missingWeightsGoToTheFetcher() {
    #expect(throws: CatalogError.incomplete(file: "yolox_s", problem: "not here")) {
      try loader.load(ModelRequest(model: "yolox_s"))
    }
  }

  @Test func weightsOfAnAliasChooseTheVariantThatTheyFit() throws {
    let path = NSTemporaryDirectory() + "catalog-\(UUID().uuidString).safetensors"
    let store = ParameterStore(seed: 1)
    _ = YOLOX(store.root, .nano)
    try store.stateDictionary().writeSafeTensors(path: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try loader.load(ModelRequest(model: "yolo", weights: path)).id == "yolox_nano")
    // Named exactly, a model takes only its own.
    #expect(throws: CheckpointError.self) { try loader.load(ModelRequest(model: "yolox_s", weights: path)) }
  }

  @Test(
    .enabled(if: TestData.folder != nil, "VISION_TEST_DATA is not set"),
    arguments: [("yolo-fastest-1.1-xl", "person"), ("MobileNetV2-YOLOv3-Nano-voc", "aeroplane")])
  func darknetFilesLoadByThemselves(name: String, firstLabel: String) throws {
    let folder = try #require(TestData.folder) + "/weights/darknet/"
    let byConfiguration = try loader.load(ModelRequest(model: folder + name + ".cfg"))
    let byWeights = try loader.load(ModelRequest(model: "yolo", weights: folder + name + ".weights"))
    #expect(byConfiguration.labels.first == firstLabel && byWeights.labels == byConfiguration.labels)
    #expect(byConfiguration.contract == byWeights.contract && byWeights.contract.size?.width == 320)
  }
}
