import ArgumentParser
import Datasets
import Imaging
import Support

/// `vision datasets make`.
struct MakeDataset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Render a data set of our own: perfect labels, nobody's rights.",
    subcommands: [MakeScenes.self, MakeHotDog.self])
}

/// What both sets take.
struct RenderingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Pictures.", valueName: "n")) var count: Int
  @Option(help: ArgumentHelp("Seed: the same one gives the same bytes.", valueName: "n")) var seed: UInt64 = 0
  @Option(name: .shortAndLong, help: "The new folder.") var output: String
  @Option(
    help: ArgumentHelp("Size of the pictures (default: 256x256).", valueName: "WxH"), transform: PixelSize.init(text:))
  var size: PixelSize?
  @Option(help: "How pictures are encoded: jpeg (quality 92) or png.") var imageFormat = DatasetRendering.Encoding.jpeg

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder") }
    let (counts, sides) = (DatasetRendering.counts, DatasetRendering.sides)
    guard counts.contains(count) else {
      throw ValidationError("--count is \(count); expected \(counts.lowerBound) to \(counts.upperBound)")
    }
    if let size, !sides.contains(size.width) || !sides.contains(size.height) {
      throw ValidationError(
        "--size is \(size.width)x\(size.height); expected sides of \(sides.lowerBound) to \(sides.upperBound)")
    }
  }

  static func validate(split: Double?) throws {
    guard let split, !(split > 0 && split < 1) else { return }
    throw ValidationError("--split is \(split); expected a part between 0 and 1, such as 0.8")
  }

  func run(_ subject: DatasetRendering.Subject, split: Double?, writesDepth: Bool, _ common: CommonOptions) throws {
    common.apply()
    var rendering = DatasetRendering(subject, count: count, output: output)
    rendering.seed = seed
    if let size { rendering.size = ImageSize(width: size.width, height: size.height) }
    rendering.split = split
    rendering.encoding = imageFormat
    rendering.writesDepth = writesDepth
    var progress = Progress(total: count, unit: "pictures")
    let report = try rendering { _, _ in
      progress.advance()
      return !Console.isRunCancelled
    }
    Console.shared.endProgress()
    if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
    let fields: [(String, JSONValue)] = [
      ("output", .string(output)), ("images", .int(report.images)), ("objects", .int(report.objects)),
      ("classes", .object(report.classes.map { ($0.name, .int($0.count)) })),
    ]
    let classes = report.classes.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
    Console.shared.result(
      common.json ? JSONValue.object(fields).text : "\(report.images) pictures -> \(output) (\(classes))")
  }
}

/// `vision datasets make scenes`.
struct MakeScenes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenes", abstract: "Render solids on floors and lawns, for detection and segmentation.",
    discussion: """
      Spheres, cubes, cylinders, cones, tori and capsules of many materials, with shadows, clutter and lenses. Boxes, outlines \
      and masks are of the pixels that are seen; objects of which less than a hundredth or 40 pixels show are left out. Depth \
      is written as safetensors.

      With both formats there is one folder of pictures, JPEGImages, with Pascal VOC's files beside it and COCO's in \
      annotations/.

      EXAMPLES
        vision datasets make scenes --count 1000 --split 0.8 -o scenes
        vision datasets make scenes --count 200 --size 640x480 --format coco -o coco
      """)

  @OptionGroup var options: RenderingOptions
  @Option(help: "What is written: coco, voc or coco,voc.") var format = "coco,voc"
  @Option(help: ArgumentHelp("Part of the pictures for train; the rest is val (default: no parts).", valueName: "part"))
  var split: Double?
  @Flag(help: "Leave out the depth of every pixel.") var noDepth = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    _ = try forms()
    try RenderingOptions.validate(split: split)
  }

  private func forms() throws -> Set<DatasetRendering.Form> {
    let forms = format.split(separator: ",", omittingEmptySubsequences: false).map {
      DatasetRendering.Form(rawValue: String($0))
    }
    guard forms.allSatisfy({ $0 != nil }) else {
      throw ValidationError("--format is '\(format)'; expected coco, voc or coco,voc")
    }
    return Set(forms.compactMap { $0 })
  }

  func run() throws { try options.run(.scenes(forms()), split: split, writesDepth: !noDepth, common) }
}

/// `vision datasets make hotdog`.
struct MakeHotDog: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hotdog", abstract: "Render hot dogs and other food, for classification.",
    discussion: """
      An ImageFolder: train, val and test, each with hotdog and not_hotdog. Half of the pictures are hot dogs; the others are \
      burgers, bananas, donuts, fruit, bottles, sausages without a bun, buns without a sausage and the like.

      EXAMPLES
        vision datasets make hotdog --count 2000 --size 160x160 -o hotdog
      """)

  @OptionGroup var options: RenderingOptions
  @Option(help: ArgumentHelp("Part of the pictures for train; val and test share the rest.", valueName: "part"))
  var split = 0.8
  @OptionGroup var common: CommonOptions

  func validate() throws { try RenderingOptions.validate(split: split) }

  func run() throws { try options.run(.hotdog, split: split, writesDepth: false, common) }
}

extension DatasetRendering.Encoding: ExpressibleByArgument {}
