import ArgumentParser
import Pipelines

/// `vision embed`.
struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Turn photos into feature vectors.",
    discussion: """
      The features that a classifier's last layer reads: photos of alike things have vectors that point alike. One JSON \
      line a photo with --json; without, its name and its numbers with tabs between them.

      EXAMPLES
        vision embed photos/ --json > vectors.jsonl
        vision embed photos/ --model vit_b_16 --normalize > vectors.tsv
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(
    help: "The model: an id of 'vision models list' (default: resnet18).", completion: .models(.classification))
  var model: String?
  @Flag(help: "Scale every vector to length 1.") var normalize = false
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard model?.isEmpty != true else {
      throw ValidationError("--model is empty; expected an id of 'vision models list'")
    }
  }

  func run() throws {
    common.apply()
    var pipeline = PipelineDefinition(name: "embed", help: "Turn photos into feature vectors.")
    pipeline.add("read", ["inputs": .texts(images)])
    pipeline.add("decode", limits.settings)
    pipeline.add("embed", modelOptions.settings(model) + ["normalize": normalize ? true : .none])
    pipeline.add("emit", ["fields": ["model", "embedding"]])
    try PipelineRunning.run(pipeline, pipelineOptions, offline: modelOptions.offline, common)
  }
}
