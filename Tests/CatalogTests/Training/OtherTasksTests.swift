import Catalog
import Checkpoints
import Datasets
import Foundation
import Imaging
import Models
import Support
import TestSupport
import Testing
import Training

/// Whole runs of detectors and style networks on a few rendered scenes.
@Suite(.serialized) struct OtherTasksTests {
  private let loader = ModelLoader(locator: WeightsLocator(home: .builtIn, cache: nil, isOffline: true)) { manifest in
    throw CatalogError.incomplete(file: manifest.id, problem: "not here")
  }

  private func scenes(_ place: TrainingSessionTests.Place) throws -> String {
    var rendering = DatasetRendering(.scenes([.voc]), count: 12, output: place.path + "/scenes")
    rendering.size = ImageSize(width: 64, height: 64)
    rendering.writesDepth = false
    _ = try rendering()
    return rendering.output
  }

  private func detector(_ data: String) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.model.name = "yolox_nano"
    recipe.model.weights = "random"
    (recipe.model.inputWidth, recipe.model.multiscale) = (96, 0.3)
    recipe.data.path = data
    recipe.data.validationShare = 0.25
    (recipe.epochs, recipe.closingEpochs, recipe.batch) = (2, 1, 4)
    recipe.emaDecay = 0.9
    return recipe
  }

  private func train(
    _ recipe: TrainingRecipe, in folder: String, resume: Bool = false, stopAfter steps: Int = .max
  ) throws -> (result: TrainingResult, notes: [String]) {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let session = try TrainingSession(recipe, loader: loader, folder: RunFolder(path: folder), resume: resume)
    var done = 0, notes: [String] = []
    let result = try session.run(isCancelled: { done >= steps }) { event in
      switch event {
      case .step: done += 1
      case .note(let text): notes.append(text)
      default: break
      }
    }
    return (result, notes)
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  @Test func aDetectorGoesOnToTheSameBitsAndIsUsedByItsFolder() throws {
    let place = try TrainingSessionTests.Place()
    let data = try scenes(place)
    let whole = try train(detector(data), in: place.path + "/whole")
    #expect(whole.result.last?.metrics.map(\.name) == ["ap", "ap50", "ap75"])
    let folder = RunFolder(path: place.path + "/broken")
    #expect(try train(detector(data), in: folder.path, stopAfter: 4).result.wasInterrupted)
    _ = try OneThread.run { try train(TrainingSession.recipe(ofRun: folder), in: folder.path, resume: true) }
    for file in ["last.safetensors", "best.safetensors"] {
      #expect(try bytes(place.path + "/whole/" + file) == bytes(folder.path + "/" + file), "\(file)")
    }
    let loaded = try loader.load(ModelRequest(model: folder.path, task: .detection))
    #expect(loaded.id == "yolox_nano" && loaded.labels.count == 6 && loaded.contract.size?.width == 96)
  }

  @Test func damagedPicturesAreNamedAndMosaicsDoWithoutThem() throws {
    let place = try TrainingSessionTests.Place()
    let data = try scenes(place)
    let pictures = try FileManager.default.contentsOfDirectory(atPath: data + "/JPEGImages").sorted()
    for name in pictures.prefix(3) {
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: data + "/JPEGImages/" + name))
    }
    let run = try train(detector(data), in: place.path + "/run")
    #expect(run.notes.count == 3 && run.notes.allSatisfy { $0.contains("not a picture") }, "\(run.notes)")
    for name in pictures { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: data + "/JPEGImages/" + name)) }
    #expect(throws: (any Error).self) { try train(detector(data), in: place.path + "/none") }
  }

  @Test func aSetWithoutObjectsIsRefusedAndEmptyBoxesAreNamed() throws {
    let place = try TrainingSessionTests.Place()
    let data = try scenes(place), folder = data + "/Annotations"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let url = URL(fileURLWithPath: folder + "/" + name), text = try String(contentsOf: url, encoding: .utf8)
      if name.hasSuffix("1.xml") {
        let flat = text.replacingOccurrences(
          of: "<xmax>[0-9]+</xmax>", with: "<xmax>0</xmax>", options: .regularExpression)
        try flat.write(to: url, atomically: true, encoding: .utf8)
      }
    }
    let notes = try train(detector(data), in: place.path + "/run").notes
    #expect(notes.contains { $0.contains("1.jpg: ") }, "\(notes)")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let url = URL(fileURLWithPath: folder + "/" + name), text = try String(contentsOf: url, encoding: .utf8)
      let bare = text.replacingOccurrences(of: "(?s)<object>.*</object>", with: "", options: .regularExpression)
      try bare.write(to: url, atomically: true, encoding: .utf8)
    }
    #expect(throws: TrainingError.self) { try train(detector(data), in: place.path + "/none") }
  }

  @Test func aStyleNetworkLearnsFromAnyPhotosAndGoesOn() throws {
    let place = try TrainingSessionTests.Place()
    let data = try scenes(place) + "/JPEGImages"
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
    var recipe = TrainingRecipe()
    recipe.model.name = "transformer_net_nc16"
    recipe.model.weights = "random"
    recipe.model.inputWidth = 48
    recipe.data.path = data
    recipe.data.validationShare = 0.2
    recipe.style.image = root + "/SampleImages/styles/waves.jpg"
    recipe.style.features = "cifar10_builtin"
    recipe.optimizer.name = "adam"
    (recipe.epochs, recipe.batch, recipe.previewSteps) = (2, 4, 2)
    let home = ModelLoader(
      locator: WeightsLocator(home: WeightsHome(path: String(root)), cache: nil, isOffline: true)
    ) { _ in }
    func run(_ folder: RunFolder, resume: Bool = false, stopAfter steps: Int = .max) throws -> TrainingResult {
      try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
      var done = 0
      return try TrainingSession(recipe, loader: home, folder: folder, resume: resume).run(
        isCancelled: { done >= steps }
      ) { if case .step = $0 { done += 1 } }
    }
    let whole = RunFolder(path: place.path + "/whole"), broken = RunFolder(path: place.path + "/broken")
    let result = try run(whole)
    #expect(result.last?.metrics.map(\.name) == ["loss", "content", "style"])
    #expect(try Image.read(path: whole.preview).height == 96)
    #expect(try run(broken, stopAfter: 3).wasInterrupted)
    _ = try OneThread.run { try run(broken, resume: true) }
    #expect(try bytes(whole.last) == bytes(broken.last))
    let loaded = try loader.load(ModelRequest(model: whole.path, task: .styleTransfer))
    #expect(loaded.contract.size == nil)
    recipe.style.image = nil
    #expect(throws: TrainingError.self) { try run(RunFolder(path: place.path + "/none")) }
  }
}
