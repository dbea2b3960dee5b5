import Catalog
import Checkpoints
import Configuration
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
  private func scenes(_ place: TrainingPlace) throws -> String {
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

  @Test func aDetectorGoesOnToTheSameBitsAndIsUsedByItsFolder() throws {
    let place = try TrainingPlace()
    let data = try scenes(place)
    let whole = try place.expectSameBits(detector(data), stoppedAfter: 4)
    #expect(whole.last?.metrics.map(\.name) == ["ap", "ap50", "ap75"])
    let loaded = try place.loader.load(ModelRequest(model: place.path + "/broken", task: .detection))
    #expect(loaded.id == "yolox_nano" && loaded.labels.count == 6 && loaded.contract.size?.width == 96)
  }

  @Test func damagedPicturesAreNamedAndMosaicsDoWithoutThem() throws {
    let place = try TrainingPlace()
    let data = try scenes(place)
    let pictures = try FileManager.default.contentsOfDirectory(atPath: data + "/JPEGImages").sorted()
    for name in pictures.prefix(3) {
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: data + "/JPEGImages/" + name))
    }
    let run = try place.train(detector(data), in: place.path + "/run")
    #expect(run.notes.count == 3 && run.notes.allSatisfy { $0.contains("not a picture") }, "\(run.notes)")
    for name in pictures { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: data + "/JPEGImages/" + name)) }
    #expect(throws: (any Error).self) { try place.train(detector(data), in: place.path + "/none") }
  }

  @Test func aSetWithoutObjectsIsRefusedAndEmptyBoxesAreNamed() throws {
    let place = try TrainingPlace()
    let data = try scenes(place), folder = data + "/Annotations"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
      let url = URL(fileURLWithPath: folder + "/" + name), text = try String(contentsOf: url, encoding: .utf8)
      if name.hasSuffix("1.xml") {
        let flat = text.replacingOccurrences(
          of: "<xmax>[0-9]+</xmax>", with: "<xmax>0</xmax>", options: .regularExpression)
        try flat.write(to: url, atomically: true, encoding: .utf8)
      }
    }
    let notes = try place.train(detector(data), in: place.path + "/run").notes
    #expect(notes.contains { $0.contains("1.jpg: ") }, "\(notes)")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let url = URL(fileURLWithPath: folder + "/" + name), text = try String(contentsOf: url, encoding: .utf8)
      let bare = text.replacingOccurrences(of: "(?s)<object>.*</object>", with: "", options: .regularExpression)
      try bare.write(to: url, atomically: true, encoding: .utf8)
    }
    #expect(throws: TrainingError.self) { try place.train(detector(data), in: place.path + "/none") }
  }

  @Test func aStyleNetworkLearnsFromAnyPhotosAndGoesOn() throws {
    let place = try TrainingPlace()
    let data = try scenes(place) + "/JPEGImages"
    let root = TrainingPlace.root
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
    let whole = RunFolder(path: place.path + "/whole")
    let result = try place.expectSameBits(recipe, stoppedAfter: 3, loader: TrainingPlace.atHome)
    #expect(result.last?.metrics.map(\.name) == ["loss", "content", "style"])
    #expect(try Image.read(path: whole.preview).height == 96)
    let loaded = try place.loader.load(ModelRequest(model: whole.path, task: .styleTransfer))
    #expect(loaded.contract.size == nil)
    recipe.style.image = place.path + "/nothing.jpg"
    #expect(throws: FileError.self) { try place.train(recipe, in: place.path + "/none", loader: TrainingPlace.atHome) }
    recipe.style.image = nil
    #expect(throws: TrainingError.self) {
      try place.train(recipe, in: place.path + "/none", loader: TrainingPlace.atHome)
    }
    #expect(!FileManager.default.fileExists(atPath: place.path + "/none"))
  }

  /// Nobody is to believe that a setting worked which a kind of network does not know.
  @Test(arguments: [
    ("yolox_nano", "loss.label_smoothing=0.1"),
    ("yolox_nano", "style.size=64"),
    ("ssd300_vgg16", "model.multiscale=0.2"), ("ssd300_vgg16", "model.min_ratio=0.1"),
    ("cifar_resnet20", "loss.name=dice"),
    ("cifar_resnet20", "preview_steps=5"),
    ("cifar_resnet20", "model.multiscale=0.2"), ("unet_small", "loss.mixup=0.2"), ("transformer_net", "loss.gamma=1"),
    ("transformer_net", "data.sampler=balanced"),
  ])
  func settingsOfOtherKindsAreRefused(model: String, setting: String) throws {
    let place = try TrainingPlace(), parts = setting.split(separator: "=").map(String.init)
    let recipe = try TrainingRecipe(
      YAMLReader.read(text: "{model: {name: \(model)}, data: {path: .}}", name: "recipe"),
      overrides: [(path: parts[0], value: parts[1])])
    #expect(recipe.changes.contains(parts[0]))
    do {
      _ = try place.train(recipe, in: place.path + "/run")
      Issue.record("\(setting) was taken")
    } catch let error as TrainingError {
      #expect(error.description.hasPrefix(parts[0] + " is nothing"), "\(error)")
    }
  }

  @Test func aPictureIsNormalisedByTheContractAlone() throws {
    let place = try TrainingPlace()
    var recipe = detector(try scenes(place))
    recipe.augment = [["normalize": ["mean": [0.5], "std": [0.5]]]]
    #expect(throws: TrainingError.self) { try place.train(recipe, in: place.path + "/run") }
    #expect(!FileManager.default.fileExists(atPath: place.path + "/run"))
  }
}
