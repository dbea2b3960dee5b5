import ArgumentParser
import Pipelines

/// `vision segment`.
struct SegmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segment", abstract: "Find the class of every pixel of photos.",
    discussion: """
      Writes two files a photo into a folder: the photo with its regions tinted and labelled, and NAME-mask.png, whose \
      palette indices are the classes. One line a photo (or JSON, with --json) goes to standard output.

      EXAMPLES
        vision segment photo.jpg
        vision segment photos/ --model lraspp_mobilenet_v3_large -o masks
        vision segment street.jpg --model deeplabv3_resnet50 --opacity 0.7
        vision segment cells.png --model unet --weights cells.pth --json
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(help: "The model: an id of 'vision models list'.", completion: .models(.segmentation))
  var model = "fcn"
  @Option(name: .shortAndLong, help: "Folder of the results, or the file of a single image's overlay.") var output =
    "runs/segment"
  @Option(help: ArgumentHelp("How much colour the overlay's regions have, 0 to 1.", valueName: "share")) var opacity:
    Float = 0.5
  @Option(help: ArgumentHelp("JPEG quality of overlays, 1 to 100.", valueName: "n")) var quality = 90
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !model.isEmpty else { throw ValidationError("--model is empty; expected an id of 'vision models list'") }
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder or a file") }
    guard (0...1).contains(opacity) else { throw ValidationError("--opacity is \(opacity); expected 0 to 1") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality); expected 1 to 100") }
  }

  func run() throws {
    common.apply()
    var pipeline = PipelineDefinition(name: "segment", help: "Find the class of every pixel of photos.")
    pipeline.add("read", ["inputs": .texts(images)])
    pipeline.add("decode", limits.settings)
    pipeline.add("segment", modelOptions.settings(model))
    pipeline.add("draw", ["opacity": .decimal(opacity)])
    // The mask is named after the overlay, and written first: an overlay says that both are there.
    pipeline.add("write_masks", ["output": .text(output)])
    pipeline.add(
      "write_images",
      [
        "output": .text(output), "quality": quality == 90 ? .none : .integer(quality), "suffix": "segment",
        "field": "overlay",
      ])
    try PipelineRunning.run(pipeline, pipelineOptions, offline: modelOptions.offline, common)
  }
}
