import Catalog
import Checkpoints
import Foundation
import Imaging
import Models
import NeuralNetwork
import Support
import TensorCore
import TestSupport
import Testing
import Training

/// Whole runs on a few small pictures: red ones and blue ones.
@Suite struct TrainingSessionTests {
  private func recipe(_ place: TrainingPlace) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.model.name = "cifar_resnet20"
    recipe.model.weights = "random"
    recipe.data.path = place.path + "/data"
    recipe.data.validationShare = 0.25
    recipe.epochs = 2
    recipe.batch = 4
    recipe.optimizer.learningRate = 0.02
    recipe.emaDecay = 0.9
    recipe.seed = 3
    return recipe
  }

  @Test func aRunLearnsAndLeavesWhatIsPromised() throws {
    let place = try TrainingPlace()
    try place.pictures()
    let run = place.path + "/run"
    let result = try place.train(recipe(place), in: run).result
    #expect(result.last?.metrics.first?.value ?? 0 > 0.9)
    for name in [
      "recipe.yaml", "metrics.csv", "curves.png", "confusion.png", "best.safetensors", "last.safetensors",
      "state.safetensors",
    ] {
      #expect(FileManager.default.fileExists(atPath: run + "/" + name), "\(name)")
    }
    let loaded = try place.loader.load(ModelRequest(model: run))
    #expect(loaded.id == "cifar_resnet20" && loaded.labels == ["blue", "red"])
    // The recipe that the run leaves gives the same weights again.
    let again = try place.train(TrainingRecipe(path: run + "/recipe.yaml"), in: place.path + "/again").result
    #expect(again.last?.trainLoss == result.last?.trainLoss)
    #expect(try place.values(run + "/last.safetensors") == place.values(place.path + "/again/last.safetensors"))
  }

  @Test(arguments: [1, 3, 5, 7]) func anInterruptedRunGoesOnToTheSameBits(steps: Int) throws {
    let place = try TrainingPlace()
    try place.pictures()
    _ = try place.expectSameBits(recipe(place), stoppedAfter: steps)
  }

  /// Interrupted while gradients wait for others, and in bf16.
  @Test(arguments: [Precision.fp32, .bf16]) func accumulatedStepsGoOnToTheSameBits(_ precision: Precision) throws {
    let place = try TrainingPlace()
    try place.pictures()
    var recipe = recipe(place)
    recipe.batch = 2
    recipe.accumulate = 2
    recipe.precision = precision
    _ = try place.expectSameBits(recipe, stoppedAfter: 3)
  }

  /// Nine pictures in batches of four: two steps an epoch, and a schedule that ends with the second one of the last.
  @Test func aRestOfOnePictureIsLeftOut() throws {
    let place = try TrainingPlace()
    try place.pictures()
    var recipe = recipe(place)
    recipe.data.limit = 9
    recipe.schedule.name = "cosine"
    var done: [Int] = []
    let result = try place.train(recipe, in: place.path + "/run") { event in
      if case .step(_, let position, _, _) = event { done.append(position) }
    }.result
    #expect(done == [4, 8, 4, 8])
    #expect(result.last?.learningRate ?? 1 < recipe.optimizer.learningRate / 2)
  }

  @Test func aFileThatDoesNotDescribeItselfIsReadAsInUse() throws {
    let place = try TrainingPlace()
    let shipped = try StateDictionary.read(path: TrainingPlace.root + "/Weights/cifar10_builtin.safetensors")
    let path = place.path + "/cifar10_builtin.safetensors"
    try StateDictionary(shipped.names.map { ($0, try shipped.tensor($0)) }).writeSafeTensors(path: path)
    let inUse = try TrainingPlace.atHome.load(ModelRequest(model: "cifar_resnet20", weights: path))
    let labels = inUse.labels
    for (labels, isNew) in [(labels, false), (labels.reversed(), true)] {
      let model = try TrainingPlace.atHome.loadForTraining("cifar_resnet20", weights: path, labels: labels, seed: 0)
      #expect(model.contract == inUse.contract)
      #expect(model.notLoaded.isEmpty != isNew)
    }
  }

  @Test(arguments: [Precision.fp32, .bf16]) func aRunPredictsInThePrecisionAskedFor(_ precision: Precision) throws {
    let place = try TrainingPlace()
    try place.pictures()
    var recipe = recipe(place)
    recipe.epochs = 1
    _ = try place.train(recipe, in: place.path + "/run")
    let request = ModelRequest(model: place.path + "/run", precision: precision)
    #expect(try TrainingPlace.atHome.load(request).parameters.precision == precision)
  }

  @Test func aFrozenBackboneStaysAsItWas() throws {
    let place = try TrainingPlace()
    try place.pictures()
    var recipe = recipe(place)
    _ = try place.train(recipe, in: place.path + "/first")
    recipe.model.name = place.path + "/first"
    recipe.model.weights = nil
    recipe.model.freeze = "backbone"
    recipe.emaDecay = nil
    _ = try place.train(recipe, in: place.path + "/second")
    let before = try place.values(place.path + "/first/best.safetensors"),
      after = try place.values(place.path + "/second/last.safetensors")
    let changed = before.keys.filter { before[$0] != after[$0] }.sorted()
    #expect(changed == ["linear.bias", "linear.weight"])
  }

  @Test func aRunGoesOnWithoutWhatItBeganWith() throws {
    let place = try TrainingPlace()
    try place.pictures()
    var recipe = recipe(place)
    recipe.model.inputWidth = 24
    _ = try place.train(recipe, in: place.path + "/first")
    recipe.model.name = place.path + "/first"
    recipe.model.weights = nil
    recipe.model.inputWidth = nil
    _ = try place.train(recipe, in: place.path + "/whole")
    _ = try place.train(recipe, in: place.path + "/broken", stopAfter: 3)
    try FileManager.default.removeItem(atPath: place.path + "/first")
    let folder = RunFolder(path: place.path + "/broken")
    _ = try place.train(TrainingSession.recipe(ofRun: folder), in: folder.path, resume: true)
    #expect(try place.values(place.path + "/whole/last.safetensors") == place.values(folder.path + "/last.safetensors"))
    #expect(try place.loader.load(ModelRequest(model: folder.path)).contract.size == ImageSize(width: 24, height: 24))
  }

  @Test func damagedPicturesAreListedAndPassedOver() throws {
    let place = try TrainingPlace()
    try place.pictures()
    try place.write("data/red/0.png", [1, 2, 3])
    let run = place.path + "/run"
    let result = try place.train(recipe(place), in: run).result
    #expect(result.last != nil)
    let list = try String(contentsOfFile: run + "/quarantine.csv", encoding: .utf8)
    #expect(list.contains("red/0.png"))
    var strict = recipe(place)
    strict.quarantineBudget = 0
    #expect(throws: (any Error).self) { try place.train(strict, in: place.path + "/strict") }
  }

  @Test func whatCannotBeLearnedIsToldBeforeTheFirstStep() throws {
    let place = try TrainingPlace()
    try place.pictures(["blue": 4])
    #expect(throws: TrainingError.self) { try place.train(recipe(place), in: place.path + "/a") }
    var nowhere = recipe(place)
    nowhere.data.path = place.path + "/nothing"
    #expect(throws: (any Error).self) { try place.train(nowhere, in: place.path + "/b") }
    try place.pictures(["red": 4])
    var folds = recipe(place)
    folds.data.folds = 3
    folds.data.fold = 5
    #expect(throws: TrainingError.self) { try place.train(folds, in: place.path + "/c") }
    var part = recipe(place)
    part.data.train = "training"
    #expect(throws: TrainingError.self) { try place.train(part, in: place.path + "/d") }
    var detector = recipe(place)
    detector.model.name = "yolox_nano"
    #expect(throws: TrainingError.self) { try place.train(detector, in: place.path + "/e") }
    detector.model.name = "transformer_net"
    #expect(throws: TrainingError.self) { try place.train(detector, in: place.path + "/f") }
  }
}

extension TrainingPlace {
  /// Noisy pictures of one colour, in a folder of its name.
  func pictures(_ counts: [String: Int] = ["blue": 12, "red": 12]) throws {
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      let folder = path + "/data/" + name
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for index in 0..<count {
        let noise = RandomStream(seed: UInt64(index), purpose: name)
        let pixels = (0..<32 * 32).flatMap { place -> [UInt8] in
          let level = UInt8(100 + noise.bits(UInt64(place)) % 100)
          return name == "red" ? [level, 40, 40] : [40, 40, level]
        }
        let image = try Image(width: 32, height: 32, format: .rgb, pixels: pixels)
        try Data(image.pngData()).write(to: URL(fileURLWithPath: "\(folder)/\(index).png"))
      }
    }
  }
}
