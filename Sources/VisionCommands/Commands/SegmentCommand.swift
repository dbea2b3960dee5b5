import ArgumentParser
import Catalog
import Imaging
import Segmentation
import Support

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

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.") var images: [String]
  @Option(help: "The model: an id of 'vision models list'.") var model = "fcn_resnet50"
  @Option(name: .shortAndLong, help: "Folder of the results, or the file of a single image's overlay.") var output =
    "runs/segment"
  @Option(help: ArgumentHelp("How much colour the overlay's regions have, 0 to 1.", valueName: "share")) var opacity:
    Float = 0.5
  @Option(help: ArgumentHelp("JPEG quality of overlays, 1 to 100.", valueName: "n")) var quality = 90
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !model.isEmpty else { throw ValidationError("--model is empty; expected an id of 'vision models list'") }
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder or a file") }
    guard (0...1).contains(opacity) else { throw ValidationError("--opacity is \(opacity); expected 0 to 1") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality); expected 1 to 100") }
  }

  func run() throws {
    common.apply()
    let segmenter = try Segmenter(ModelLoading.load(model, .segmentation, modelOptions))
    var options = SegmentationRun.Options()
    options.batch = modelOptions.batch
    options.output = output
    options.opacity = opacity
    options.quality = quality
    options.limits = limits.limits
    let inputs = InputExpansion.expand(images)
    let reporter = ImageReporter(json: common.json, total: inputs.count, text: Self.text) { [model = segmenter.model] in
      Self.fields($0, model: model)
    }
    try SegmentationRun(segmenter, options)(inputs, isCancelled: { Console.isRunCancelled }) {
      reporter.report($0.image, $0.result)
    }
    try reporter.end()
  }

  @Sendable private static func text(_ image: String, _ found: SegmentedImage) -> String {
    let regions = found.regions.sorted { ($0.pixels, $1.classIndex) > ($1.pixels, $0.classIndex) }
    let shares = regions.map { "\($0.label) \(Shown.percentage($0.fraction))" }
    return "\(image): \(shares.joined(separator: ", ")) -> \(found.overlay), \(found.mask)"
  }

  private static func fields(_ found: SegmentedImage, model: String) -> [(String, JSONValue)] {
    let classes = found.regions.map { region in
      JSONValue.object([
        ("label", .string(region.label)), ("class", .int(region.classIndex)), ("pixels", .int(region.pixels)),
        ("fraction", .float(Float(region.fraction))),
      ])
    }
    return [
      ("width", .int(found.width)), ("height", .int(found.height)), ("model", .string(model)),
      ("mask", .string(found.mask)), ("overlay", .string(found.overlay)), ("classes", .array(classes)),
    ]
  }
}
