import Configuration
import Foundation
import Pipelines
import Testing
import Training

/// Recipes of training in the language of pipelines.
@Suite struct TrainingFileTests {
  private let folder = Folder()

  private func faults(_ text: String, _ overrides: [(path: String, value: String)] = []) throws -> [String] {
    let path = try folder.write("r.yaml", text)
    do {
      _ = try TrainingFile.recipe(path: path, overrides: overrides)
      return []
    } catch let error as ConfigurationError {
      return error.faults.map { $0.description.replacingOccurrences(of: folder.path + "/", with: "") }
    }
  }

  @Test func parametersReferencesAndBasesAreThoseOfPipelines() throws {
    try folder.write(
      "base.yaml",
      """
      help: A base.
      parameters:
        data: {type: text, default: "${env.VISION_TEST_NO_SUCH}/mnist", help: Where the digits are}
        rate: {type: number, default: 0.1, minimum: 0, maximum: 1}
        sizes: [28, 28]
      environment: {VISION_TEST_NO_SUCH: /here}
      train:
        model: {name: lenet, weights: random}
        data: {path: "${data}", validation_share: 0.1}
        augment: [resize: {size: "${sizes}"}]
        optimizer: {name: sgd, learning_rate: "${rate}"}
        epochs: 3
      """)
    let path = try folder.write(
      "own.yaml",
      "extends: base.yaml\nparameters:\n  rate: 0.2\ntrain:\n  optimizer: {momentum: 0.5}\n  batch: 7\n")
    let recipe = try TrainingFile.recipe(
      path: path, overrides: [("sizes", "[32, 32]"), ("epochs", "4"), ("optimizer.nesterov", "true")])
    #expect(recipe.data.path == "/here/mnist" && recipe.data.validationShare == 0.1 && recipe.model.name == "lenet")
    #expect(recipe.optimizer.learningRate == 0.2 && recipe.optimizer.momentum == 0.5 && recipe.optimizer.nesterov)
    #expect(recipe.batch == 7 && recipe.epochs == 4)
    #expect(recipe.yaml.contains("[32, 32]"))
    // What is printed is a recipe that gives the same.
    let again = try TrainingFile.recipe(path: folder.write("again.yaml", recipe.yaml))
    #expect(again.yaml == recipe.yaml)
  }

  @Test func allFaultsAreToldAtOnceWithTheirPlaces() throws {
    let found = try faults(
      """
      parameters:
        rate: {type: number, default: 0.1, maximum: 1}
        data: {type: text, help: a folder}
      train:
        data: {path: "${data}"}
        optimizer: {learning_rate: "${rat}", momentun: 0.5}
        epochs: ${env.HOME}
      """, [("rate", "7")])
    #expect(found.contains { $0.hasPrefix("r.yaml:6:30") && $0.contains("did you mean 'rate'") }, "\(found)")
    #expect(found.contains { $0.hasPrefix("r.yaml:6:") && $0.contains("momentun") && $0.contains("momentum") })
    #expect(found.contains { $0.hasPrefix("r.yaml:7:11") && $0.contains("HOME") && $0.contains("environment") })
    #expect(found.contains { $0.contains("vision train FILE data=...") && $0.contains("a folder") })
    #expect(found.contains { $0.contains("'rate' is the number 7") }, "\(found)")
    #expect(try faults("stages:\n  - read: a\n").contains { $0.contains("vision run FILE") })
    #expect(try faults("train: {data: {path: a}}", [("epochz", "3")]).contains { $0.contains("epochz") })
  }

  @Test func settingsAloneAreARecipe() throws {
    let path = try folder.write("bare.yaml", "data: {path: a}\nepochs: 3\n")
    #expect(try TrainingFile.recipe(path: path, overrides: [("epochs", "5")]).epochs == 5)
  }

  @Test(arguments: ["train-lenet", "train-cifar10", "finetune-imagefolder"])
  func shippedRecipesAreRead(name: String) throws {
    let path = Checking.root + "/Pipelines/\(name).yaml"
    #expect(try !TrainingFile.recipe(path: path, overrides: [("data.path", "x")]).data.path.isEmpty)
  }
}
