import Configuration
import Testing
import Training

@Suite struct TrainingRecipeTests {
  private func read(_ text: String, _ overrides: [(path: String, value: String)] = []) throws -> TrainingRecipe {
    try TrainingRecipe(YAMLReader.read(text: text, name: "r.yaml"), overrides: overrides)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let recipe = try read(
      """
      train:
        model: {name: resnet20, weights: random, frozen: [layer1]}
        data: {path: here.zip, validation_share: 0.1}
        augment: [random_horizontal_flip, random_crop: {size: 32, padding: 4}]
        optimizer: {name: adamw, learning_rate: 3e-4}
        schedule: {name: multi_step, milestones: [10, 20]}
        epochs: 30
        ema_decay: 0.999
      """)
    let again = try read(recipe.yaml)
    #expect(again.yaml == recipe.yaml)
    #expect(again.model.frozen == ["layer1"] && again.optimizer.learningRate == 3e-4 && again.epochs == 30)
    #expect(again.schedule.milestones == [10, 20] && again.emaDecay == 0.999)
    #expect(again.augment == recipe.augment && recipe.augment != nil)
  }

  @Test func settingsOfTheCommandLineReplaceTheFiles() throws {
    let recipe = try read(
      "data: {path: a}\nepochs: 3", [("epochs", "5"), ("optimizer.learning_rate", "0.5"), ("data.path", "b")])
    #expect(recipe.epochs == 5 && recipe.optimizer.learningRate == 0.5 && recipe.data.path == "b")
    #expect(throws: ConfigurationError.self) { try read("data: {path: a}", [("epochs", "5"), ("epochs", "6")]) }
  }

  @Test func everyFaultIsToldAtOnceWithItsPlace() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try read(
        """
        data: {path: a, validation_share: 2}
        optimiser: {name: sgd}
        schedule: {name: cosinus}
        epochs: many
        augment: [random_flop]
        """)
    }
    let lines = error?.faults.map(\.description) ?? []
    #expect(lines.count == 5)
    #expect(lines.contains { $0.contains("r.yaml:2:1") && $0.contains("did you mean 'optimizer'") })
    #expect(lines.contains { $0.contains("r.yaml:3:") && $0.contains("'cosine'") })
    #expect(lines.contains { $0.contains("r.yaml:1:") && $0.contains("validation_share") })
    #expect(lines.contains { $0.contains("epochs is 'many'") })
  }

  @Test func lossesOfSegmentersAreReadAndWritten() throws {
    let recipe = try read(
      "data: {path: a, classes: [sky, road]}\nloss: {name: cross_entropy+dice, weights: [1, 0.5], class_weights: [1, 2], ignore_index: 11}"
    )
    #expect(recipe.loss.name == "cross_entropy+dice" && recipe.loss.weights == [1, 0.5])
    #expect(recipe.loss.classFactors == [1, 2] && recipe.loss.ignoreIndex == 11 && recipe.loss.auxiliaryWeight == 0.5)
    let again = try read(recipe.yaml)
    #expect(again.yaml == recipe.yaml && again.loss.classFactors == [1, 2] && again.data.classes == ["sky", "road"])
    let error = #expect(throws: ConfigurationError.self) {
      try read(
        "data: {path: a}\nloss:\n  name: dise\n  weights: [1, -1]\n  class_weights: some\n  ignore_index: 256\n  aux_weight: x"
      )
    }
    let lines = error?.faults.map(\.description) ?? []
    #expect(lines.count == 5)
    #expect(lines.contains { $0.contains("r.yaml:3:9") && $0.contains("did you mean 'dice'") })
    #expect(lines.contains { $0.contains("r.yaml:4:12") && $0.contains("weights") })
    #expect(lines.contains { $0.contains("r.yaml:5:18") && $0.contains("class_weights") })
  }

  @Test func dataAreNeeded() { #expect(throws: ConfigurationError.self) { try read("epochs: 3") } }
}
