import Catalog
import Checkpoints
import Datasets
import Foundation
import Imaging
import Models
import Segmentation
import Support
import TensorCore
import TestSupport
import Testing
import Training

/// Whole runs of a small U-Net on a few small pictures: red and blue squares on grey.
@Suite struct SegmentationSessionTests {
  private func recipe(_ place: TrainingPlace) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.model.name = "unet_small"
    recipe.model.weights = "random"
    recipe.model.inputWidth = 32
    recipe.data.path = place.path + "/data"
    recipe.data.classes = ["ground", "red", "blue"]
    recipe.data.validationShare = 0.25
    recipe.loss.name = "cross_entropy+dice"
    recipe.loss.weights = [1, 0.5]
    recipe.epochs = 3
    recipe.batch = 3
    recipe.optimizer.name = "adamw"
    recipe.optimizer.learningRate = 0.01
    recipe.schedule.name = "one_cycle"
    recipe.seed = 3
    return recipe
  }

  @Test func aRunLearnsAndLeavesWhatIsPromised() throws {
    let place = try TrainingPlace.squares()
    var recipe = recipe(place)
    recipe.epochs = 8
    let run = place.path + "/run"
    let result = try place.train(recipe, in: run).result
    let best = try #require(result.best)
    #expect(best.metrics.map(\.name) == ["miou", "pixel_accuracy", "mean_accuracy"])
    // Ground alone everywhere would be less than a third.
    #expect(best.metrics[0].value > 0.55)
    for name in [
      "recipe.yaml", "metrics.csv", "curves.png", "confusion.png", "validation.png", "best.safetensors",
      "last.safetensors", "state.safetensors",
    ] {
      #expect(FileManager.default.fileExists(atPath: run + "/" + name), "\(name)")
    }
    // The best weights, as they are used, score what was written down.
    let loaded = try place.loader.load(ModelRequest(model: run))
    #expect(loaded.id == "unet_small" && loaded.labels == ["ground", "red", "blue"])
    #expect(loaded.contract.size == nil && loaded.contract.fit == .shortestSide(32))
    let session = try TrainingSession(recipe, loader: place.loader, folder: RunFolder(path: place.path + "/other"))
    let held = try #require(session.validation)
    let found = try SegmenterEvaluation(Segmenter(loaded), on: held)()
    #expect(abs(found.metrics.meanIntersectionOverUnion - best.metrics[0].value) < 1e-9)
  }

  @Test(arguments: [2, 4]) func anInterruptedRunGoesOnToTheSameBits(steps: Int) throws {
    let place = try TrainingPlace.squares()
    _ = try place.expectSameBits(recipe(place), stoppedAfter: steps)
  }

  @Test func otherClassesGetANewHead() throws {
    let place = try TrainingPlace.squares()
    var recipe = recipe(place)
    recipe.epochs = 1
    _ = try place.train(recipe, in: place.path + "/first")
    recipe.model.name = place.path + "/first"
    recipe.model.weights = nil
    recipe.data.classes = ["ground", "red", "blue", "green"]
    let session = try TrainingSession(recipe, loader: place.loader, folder: RunFolder(path: place.path + "/second"))
    #expect(Set(session.model.notLoaded) == ["outc.conv.weight", "outc.conv.bias"])
    #expect(session.notes.contains { $0.contains("no pixel of green") })
  }

  @Test func auxiliaryHeadsAreThereWhereTrainingBeginsAtRandom() throws {
    let place = try TrainingPlace.squares()
    var recipe = recipe(place)
    recipe.model.name = "fcn_resnet50"
    let session = try TrainingSession(recipe, loader: place.loader, folder: RunFolder(path: place.path + "/run"))
    #expect(session.model.parameters["aux_classifier.4.weight"]?.spec.shape == [3, 256, 1, 1])
  }

  @Test func damagedMasksAreListedAndPassedOver() throws {
    let place = try TrainingPlace.squares()
    try place.write("data/masks/0.png", [1, 2, 3])
    try place.write(
      "data/masks/1.png", try ClassMap(width: 2, height: 2, classes: [0, 1, 2, 0]).indexedImage.pngData())
    try place.write(
      "data/masks/2.png",
      try ClassMap(width: 44, height: 32, classes: [UInt8](repeating: 77, count: 44 * 32)).indexedImage.pngData())
    var recipe = recipe(place)
    // A last batch of one picture would leave the network's narrowest level, one pixel of 32, nothing to normalise by.
    (recipe.epochs, recipe.batch) = (1, 4)
    let run = place.path + "/run"
    #expect(try place.train(recipe, in: run).result.last != nil)
    let list = try String(contentsOfFile: run + "/quarantine.csv", encoding: .utf8)
    #expect(list.contains("masks/1.png: the mask is 2x2, its picture 40x32"))
    #expect(list.contains("masks/2.png: label 77"))
    for index in 0..<12 { try place.write("data/masks/\(index).png", [1, 2, 3]) }
    #expect(throws: TrainingError.self) { try place.train(recipe, in: place.path + "/none") }
  }

  @Test func settingsThatDoNotFitAreRefused() throws {
    let place = try TrainingPlace.squares()
    func refused(_ change: (inout TrainingRecipe) -> Void) {
      var recipe = recipe(place)
      change(&recipe)
      #expect(throws: (any Error).self) { try place.train(recipe, in: place.path + "/refused") }
    }
    refused { $0.loss.mixup = 0.2 }
    refused { $0.loss.classFactors = [1, 2] }
    refused { $0.data.sampler = "balanced" }
    refused { $0.data.classes = ["one", "two"] }
    #expect(!FileManager.default.fileExists(atPath: place.path + "/refused"))
    // What augmentation makes of pictures is seen with the first batch.
    refused {
      $0.model.inputWidth = nil
      $0.augment = .list([])
    }
  }
}

extension TrainingPlace {
  /// A place with pictures of squares and their masks.
  fileprivate static func squares(_ count: Int = 12) throws -> TrainingPlace {
    let place = try TrainingPlace()
    for index in 0..<count { try place.add(index) }
    return place
  }

  private func add(_ index: Int) throws {
    let width = 36 + index % 3 * 4, height = 32
    let noise = RandomStream(seed: UInt64(index), purpose: "squares")
    var pixels: [UInt8] = [], classes: [UInt8] = []
    let left = Int(noise.bits(1 << 30) % 12), top = Int(noise.bits(1 << 31) % 12)
    for y in 0..<height {
      for x in 0..<width {
        let level = UInt8(90 + noise.bits(UInt64(y * width + x)) % 60)
        let isRed = (left..<left + 14).contains(x) && (top..<top + 14).contains(y)
        let isBlue = x >= width - 10 && y >= height - 12
        classes.append(y == 0 ? 255 : isRed ? 1 : isBlue ? 2 : 0)
        pixels += isRed ? [230, level / 2, 30] : isBlue ? [20, level / 2, 240] : [level, level, level]
      }
    }
    try write(
      "data/images/\(index).png",
      try Image(width: width, height: height, format: .rgb, pixels: pixels).pngData())
    try write(
      "data/masks/\(index).png",
      try ClassMap(width: width, height: height, classes: classes).indexedImage.pngData())
  }
}
