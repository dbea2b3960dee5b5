import ArgumentParser
import Pipelines

/// `vision style-transfer`.
struct StyleTransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "style-transfer", abstract: "Paint photos in a style.",
    discussion: """
      A network that was trained on one style paints in one pass; its weights are the style. Large photos take much \
      memory: --longest makes them smaller first.

      EXAMPLES
        vision style-transfer photo.jpg --weights transformer_net_nc16_candy
        vision style-transfer photos/ --weights mosaic.model --longest 1024
        vision style-transfer photo.jpg --model transformer_net --weights candy.pth
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(
    help: "The network: an id of 'vision models list' (default: transformer_net_nc16).",
    completion: .models(.styleTransfer))
  var model: String?
  @Option(help: "A picture whose style is taken over by optimising (not available yet).") var style: String?
  @Option(name: .shortAndLong, help: "Folder of the results, or the file of a single image.") var output =
    "runs/style-transfer"
  @Option(help: ArgumentHelp("Size that photos get first.", valueName: "WxH"), transform: PixelSize.init(text:))
  var size: PixelSize?
  @Option(help: ArgumentHelp("Length of the longer side that photos get first.", valueName: "n")) var longest: Int?
  @Option(help: ArgumentHelp("JPEG quality, 1 to 100.", valueName: "n")) var quality = 95
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if style != nil {
      throw ValidationError(
        model == nil
          ? "--style IMAGE needs optimisation, which is not available yet; name a trained style with --model and --weights"
          : "--style and --model exclude each other; a network's style is in its weights")
    }
    guard model?.isEmpty != true else {
      throw ValidationError("--model is empty; expected an id of 'vision models list'")
    }
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder or a file") }
    guard size == nil || longest == nil else { throw ValidationError("--size and --longest exclude each other") }
    if let longest, !PixelSize.sides.contains(longest) {
      throw ValidationError("--longest is \(longest); expected 1 to \(PixelSize.sides.upperBound)")
    }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality); expected 1 to 100") }
  }

  func run() throws {
    common.apply()
    var pipeline = PipelineDefinition(name: "style-transfer", help: "Paint photos in a style.")
    pipeline.add("read", ["inputs": .texts(images)])
    pipeline.add("decode", limits.settings)
    if size != nil || longest != nil {
      pipeline.add(
        "scale",
        [
          "size": size.map { .text("\($0.width)x\($0.height)") } ?? .none,
          "longest": longest.map { .integer($0) } ?? .none, "filter": "lanczos",
        ])
    }
    pipeline.add("style", modelOptions.settings(model ?? "transformer_net_nc16"))
    pipeline.add(
      "write_images", ["output": .text(output), "quality": .integer(quality), "suffix": "style-transfer"])
    try PipelineRunning.run(pipeline, pipelineOptions, offline: modelOptions.offline, common)
  }
}
