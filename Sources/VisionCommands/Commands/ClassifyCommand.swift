import ArgumentParser
import Pipelines

/// `vision classify`.
struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Name what photos show.",
    discussion: """
      One line a photo (or JSON, with --json): its most probable classes with their probabilities.

      EXAMPLES
        vision classify photo.jpg
        vision classify photos/ --model efficientnet_b0 --top 3 --json
        vision classify photo.jpg --model resnet50 --weights resnet50_imagenet1k_v1
        vision classify digit.png --model lenet_mnist --weights lenet.pth
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(
    help: "The model: an id of 'vision models list' (default: resnet18).", completion: .models(.classification))
  var model: String?
  @Option(help: ArgumentHelp("How many classes are shown.", valueName: "n")) var top = 5
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard model?.isEmpty != true else {
      throw ValidationError("--model is empty; expected an id of 'vision models list'")
    }
    guard top > 0 else { throw ValidationError("--top is \(top); expected 1 or more") }
  }

  func run() throws {
    common.apply()
    var pipeline = PipelineDefinition(name: "classify", help: "Name what photos show.")
    pipeline.add("read", ["inputs": .texts(images)])
    pipeline.add("decode", limits.settings)
    pipeline.add("classify", modelOptions.settings(model) + ["top": .integer(top)])
    try PipelineRunning.run(pipeline, pipelineOptions, offline: modelOptions.offline, common)
  }
}
