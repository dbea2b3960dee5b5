import ArgumentParser
import Pipelines

/// `vision explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show where in a photo a network sees a class.",
    discussion: """
      Draws the evidence for a class over the photo (Grad-CAM, Selvaraju et al. 2016): the most probable class, or the \
      one that --class names. With --json also the stages of the decision: what of the photo the network was fed, its \
      features, its scores, and where the evidence lies. Classifiers and YOLOX detectors can be asked.

      EXAMPLES
        vision explain photo.jpg
        vision explain photo.jpg --class dog --model yolox_nano --json
        vision explain photos/ --model efficientnet_b0 -o evidence
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(help: "The model: an id of 'vision models list' (default: resnet18).", completion: .models())
  var model: String?
  @Option(name: .customLong("class"), help: "The class, by name or number (default: the most probable one).")
  var label: String?
  @Option(help: ArgumentHelp("How many classes are told.", valueName: "n")) var top = 5
  @Option(
    help: ArgumentHelp("Size that the network is fed (default: that of its contract).", valueName: "WxH"),
    transform: PixelSize.init(text:))
  var inputSize: PixelSize?
  @Option(name: .shortAndLong, help: "Folder of the pictures, or the file of a single one.") var output = "runs/explain"
  @Option(help: ArgumentHelp("JPEG quality, 1 to 100.", valueName: "n")) var quality = 90
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard model?.isEmpty != true else {
      throw ValidationError("--model is empty; expected an id of 'vision models list'")
    }
    guard label?.isEmpty != true else { throw ValidationError("--class is empty; expected a name or a number") }
    guard (1...1000).contains(top) else { throw ValidationError("--top is \(top); expected 1 to 1000") }
    guard modelOptions.precision == .fp32 else {
      throw ValidationError("--precision: explanations are computed in fp32")
    }
    guard modelOptions.batch == 1 else { throw ValidationError("--batch: explanations are made one at a time") }
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder or a file") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality); expected 1 to 100") }
  }

  func run() throws {
    common.apply()
    var pipeline = PipelineDefinition(name: "explain", help: "Show where in photos a network sees a class.")
    pipeline.add("read", ["inputs": .texts(images)])
    pipeline.add("decode", limits.settings)
    pipeline.add(
      "explain",
      [
        "model": model.map { .text($0) } ?? .none, "class": label.map { .text($0) } ?? .none, "top": .integer(top),
        "input_size": inputSize.map { .text("\($0.width)x\($0.height)") } ?? .none,
        "weights": modelOptions.weights.map { .text($0) } ?? .none,
        "seed": modelOptions.seed == 0 ? .none : .integer(Int(clamping: modelOptions.seed)),
      ])
    pipeline.add(
      "write_images",
      ["output": .text(output), "quality": .integer(quality), "suffix": "explain", "field": "overlay"])
    try PipelineRunning.run(pipeline, pipelineOptions, offline: modelOptions.offline, common)
  }
}
