import ArgumentParser
import Pipelines
import StyleTransfer

/// `vision style-transfer`.
struct StyleTransferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "style-transfer", abstract: "Paint photos in a style.",
    discussion: """
      A network that was trained on one style paints in one pass; its weights are the style. With --style, the photo's \
      pixels are changed step by step until its features, as a trained network sees them, have the style of that picture \
      (Gatys et al. 2015). Without either the network style_waves, which comes with the toolkit, paints. Large photos take much memory and time: --longest makes them smaller first; with --style it \
      is 512 where nothing is said.

      EXAMPLES
        vision style-transfer photo.jpg --model style_waves
        vision style-transfer photos/ --weights mosaic.model --longest 1024
        vision style-transfer photo.jpg --style wave.jpg --preview preview.jpg
        vision style-transfer photo.jpg --style wave.jpg --features vgg16 --keep-colors
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(
    help: "The network: an id of 'vision models list' (default: transformer_net_nc16).",
    completion: .models(.styleTransfer))
  var model: String?
  @Option(help: "A picture whose style is taken over by optimising.", completion: .file()) var style: String?
  @Option(name: .shortAndLong, help: "Folder of the results, or the file of a single image.") var output =
    "runs/style-transfer"
  @Option(help: ArgumentHelp("Size that photos get first.", valueName: "WxH"), transform: PixelSize.init(text:))
  var size: PixelSize?
  @Option(help: ArgumentHelp("Length of the longer side that photos get first.", valueName: "n")) var longest: Int?
  @Option(help: ArgumentHelp("JPEG quality, 1 to 100.", valueName: "n")) var quality = 95
  @OptionGroup(title: "With a style picture") var optimization: StyleOptimizationOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if style != nil {
      guard model == nil else {
        throw ValidationError("--style and --model exclude each other; a network's style is in its weights")
      }
      guard style?.isEmpty == false else { throw ValidationError("--style is empty; expected a picture") }
      guard modelOptions.batch == 1 else {
        throw ValidationError("--batch: with --style photos are painted one at a time")
      }
    } else if let option = optimization.given.first {
      throw ValidationError("\(option) goes with --style IMAGE")
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
    let longest = longest ?? (style != nil && size == nil ? 512 : nil)
    if size != nil || longest != nil {
      pipeline.add(
        "scale",
        [
          "size": size.map { .text("\($0.width)x\($0.height)") } ?? .none,
          "longest": longest.map { .integer($0) } ?? .none, "filter": "lanczos",
        ])
    }
    if let style {
      pipeline.add("paint_in_style", optimization.settings(style, modelOptions))
    } else {
      pipeline.add("style", modelOptions.settings(model ?? "transformer_net_nc16"))
    }
    pipeline.add(
      "write_images", ["output": .text(output), "quality": .integer(quality), "suffix": "style-transfer"])
    try PipelineRunning.run(pipeline, pipelineOptions, offline: modelOptions.offline, common)
  }
}
