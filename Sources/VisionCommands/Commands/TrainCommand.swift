import ArgumentParser
import Catalog
import Checkpoints
import Downloads
import Pipelines
import Support
import Training

/// `vision train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network from a recipe, or go on with an interrupted run.",
    discussion: """
      A recipe is a YAML file: model, data, augmentation, loss, optimiser, schedule. Settings given behind it, as key=value, \
      replace those of the file. The run's folder gets the recipe as it was run, metrics, curves and weights; a run that was \
      interrupted, whenever and however, goes on with --resume and gives the same weights, bit for bit.

      EXAMPLES
        vision train Pipelines/train-cifar10.yaml
        vision train Pipelines/train-lenet.yaml data.path=./mnist optimizer.learning_rate=0.05 epochs=10
        vision train --resume runs/train-3
      """)

  @Argument(
    help: "The recipe, then its parameters and settings that replace its own: key=value.",
    completion: .pipelines(isTraining: true))
  var recipe: [String] = []
  @Option(help: ArgumentHelp("Go on with the run in this folder.", valueName: "folder"), completion: .directory)
  var resume: String?
  @Flag(help: "Print the resolved recipe as a file and run nothing.") var printPipeline = false
  @OptionGroup var output: TrainingRunOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if resume != nil {
      guard recipe.isEmpty else {
        throw ValidationError("--resume goes on with the run's own recipe; leave out \(recipe[0])")
      }
      guard output.output == nil else {
        throw ValidationError("--resume goes on in the run's folder; leave out --output")
      }
    } else {
      guard let first = recipe.first else {
        throw ValidationError("a recipe is missing, or --resume with a run's folder")
      }
      guard !first.contains("=") else { throw ValidationError("the recipe is missing in front of \(first)") }
      for setting in recipe.dropFirst() where !setting.dropFirst().contains("=") {
        throw ValidationError("'\(setting)' is no setting; expected key=value")
      }
    }
  }

  func run() throws {
    common.apply()
    if let resume {
      let folder = try RunFolder.find(resume)
      try TrainingReporter.train(
        TrainingSession.recipe(ofRun: folder), in: folder, resume: true, offline: output.offline, json: common.json)
    } else {
      let overrides = recipe.dropFirst().map { setting in
        let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (path: String(parts[0]), value: String(parts[1]))
      }
      let recipe = try TrainingFile.recipe(path: PipelineFiles.find(recipe[0]), overrides: overrides)
      if printPipeline { return Console.shared.result(String(recipe.yaml.dropLast())) }
      try TrainingReporter.train(
        recipe, in: try output.folder(named: "train"), resume: false, offline: output.offline, json: common.json)
    }
  }
}

/// Where a run goes.
struct TrainingRunOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, help: ArgumentHelp("The run's folder (default: a new one in runs/).", valueName: "folder"))
  var output: String?
  @Flag(help: "Download nothing.") var offline = false

  /// The folder of a new run, created.
  func folder(named name: String) throws -> RunFolder {
    guard let output else { return try RunFolder.create(name: name) }
    let folder = RunFolder(path: output)
    guard !folder.isRun else {
      throw TrainingError.setting(
        "\(output) is the folder of a run; go on with it by 'vision train --resume \(output)', or name another")
    }
    try Folder.create(output)
    return folder
  }
}
