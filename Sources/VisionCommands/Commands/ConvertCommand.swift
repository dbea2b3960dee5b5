import ArgumentParser
import Imaging
import Pipelines

/// `vision convert`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Decode, resize and encode images.",
    discussion: """
      Images come out upright (their EXIF orientation applied), as 8-bit RGB. The filters nearest, box, bilinear, hamming, \
      bicubic and lanczos give the same bytes as Pillow's; all of these but nearest smooth when they shrink.

      EXAMPLES
        vision convert photo.jpg -o small.png --shortest 256
        vision convert photos/ -o out --format jpeg --longest 1024
        vision convert scan.png -o out --size 640x480 --filter lanczos
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(name: .shortAndLong, help: "Folder of the results, or the file of a single image.") var output: String
  @Option(help: "png or jpeg (default: what the output's name says, else png).") var format: ImageConversion.Encoding?
  @Option(help: ArgumentHelp("Exact size of the result.", valueName: "WxH"), transform: PixelSize.init(text:)) var size:
    PixelSize?
  @Option(help: ArgumentHelp("Length of the shorter side; proportions stay.", valueName: "n")) var shortest: Int?
  @Option(help: ArgumentHelp("Length of the longer side; proportions stay.", valueName: "n")) var longest: Int?
  @Option(help: "Resampling filter.") var filter = ResizeFilter.bilinear
  @Option(help: ArgumentHelp("JPEG quality, 1 to 100.", valueName: "n")) var quality = 90
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard [size != nil, shortest != nil, longest != nil].filter({ $0 }).count <= 1 else {
      throw ValidationError("--size, --shortest and --longest exclude each other")
    }
    for (name, value) in [("--shortest", shortest), ("--longest", longest)] {
      guard let value, !PixelSize.sides.contains(value) else { continue }
      throw ValidationError("\(name) is \(value); expected 1 to \(PixelSize.sides.upperBound)")
    }
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder or a file") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality); expected 1 to 100") }
  }

  func run() throws {
    common.apply()
    var pipeline = PipelineDefinition(name: "convert", help: "Decode, resize and encode images.")
    pipeline.add("read", ["inputs": .texts(images)])
    pipeline.add("decode", limits.settings)
    if size != nil || shortest != nil || longest != nil {
      pipeline.add(
        "scale",
        [
          "size": size.map { .text("\($0.width)x\($0.height)") } ?? .none,
          "shortest": shortest.map { .integer($0) } ?? .none, "longest": longest.map { .integer($0) } ?? .none,
          "filter": .text(filter.rawValue),
        ])
    }
    pipeline.add(
      "write_images",
      [
        "output": .text(output), "format": .text(format?.rawValue ?? "named"), "quality": .integer(quality),
        "suffix": "convert",
      ])
    try PipelineRunning.run(pipeline, pipelineOptions, offline: true, common)
  }
}

extension ImageConversion.Encoding: ExpressibleByArgument {
  /// Reads `png`, `jpeg` or `jpg`.
  public init?(argument: String) {
    self.init(rawValue: argument.lowercased() == "jpg" ? "jpeg" : argument.lowercased())
  }
}

extension ResizeFilter: ExpressibleByArgument {}
