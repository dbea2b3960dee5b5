import ArgumentParser
import Augmentation
import Pipelines

/// `vision augment`.
struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment", abstract: "Draw a contact sheet of augmented versions of photos.",
    discussion: """
      A recipe is a JSON file, {"transforms": [...]}, whose steps are torchvision's transforms in snake case, or one of \
      \(Recipe.names.joined(separator: ", ")). Transforms that mix pictures take the others given. Boxes and masks from \
      --annotations are drawn where they went.

      EXAMPLES
        vision augment photo.jpg --recipe imagenet-train -o sheet.png
        vision augment photos/ --recipe mine.json --count 25 --seed 7 -o sheets
        vision detect street.jpg --json > found.json
        vision augment street.jpg --recipe ssd --annotations found.json -o sheet.png
        vision augment street.jpg --recipe imagenet-train --mask street.png -o sheet.png
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(
    help: ArgumentHelp("The recipe: a YAML or JSON file, or a name.", valueName: "file|name"), completion: .recipes)
  var recipe: String
  @Option(help: ArgumentHelp("Samples on a sheet.", valueName: "n")) var count = 16
  @Option(help: ArgumentHelp("Seed: the same one gives the same sheet.", valueName: "n")) var seed: UInt64 = 0
  @Option(name: .shortAndLong, help: "Folder of the sheets, or the file of a single image's.") var output: String
  @Option(help: ArgumentHelp("Objects in the image, as 'vision detect --json' writes them.", valueName: "file"))
  var annotations: String?
  @Option(
    help: ArgumentHelp("The class of each pixel, a PNG of the image's size, for a single image.", valueName: "file"))
  var mask: String?
  @Option(help: ArgumentHelp("Longer side of each sample on the sheet.", valueName: "n")) var cell = 256
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder or a file") }
    guard (1...1024).contains(count) else { throw ValidationError("--count is \(count); expected 1 to 1024") }
    guard (16...1024).contains(cell) else { throw ValidationError("--cell is \(cell); expected 16 to 1024") }
  }

  func run() throws {
    common.apply()
    var pipeline = PipelineDefinition(name: "augment", help: "Draw a contact sheet of augmented versions of photos.")
    pipeline.add("read", ["inputs": .texts(images)])
    pipeline.add("decode", limits.settings)
    pipeline.add(
      "contact_sheet",
      [
        "recipe": .text(recipe), "seed": .integer(Int(clamping: seed)), "count": .integer(count),
        "cell": .integer(cell),
        "output": .text(output), "annotations": annotations.map { .text($0) } ?? .none,
        "mask": mask.map { .text($0) } ?? .none,
      ])
    try PipelineRunning.run(pipeline, pipelineOptions, offline: true, common)
  }
}
