import Augmentation
import Configuration
import Imaging
import Support

/// Draws a sheet of augmented versions of each picture.
public struct ContactSheetStage: FileWritingStage {
  static let count = Setting<Int>.integer("count", 16, in: 1...1024, "Samples on a sheet.")
  static let cell = Setting<Int>.integer("cell", 256, in: 16...1024, "Longer side of each sample on the sheet.")
  static let output = Setting<String>.text(
    "output", "runs/augment", kind: .output, "Folder of the sheets, or the file of a single one.")
  static let annotations = Setting<String?>.optionalText(
    "annotations", kind: .file, "Objects in the picture, as 'vision detect --json' writes them.")
  static let mask = Setting<String?>.optionalText("mask", kind: .file, "The class of each pixel of a single picture.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "contact_sheet", "Draws a sheet of augmented versions of each picture.",
    settings: [
      AugmentStage.recipe.declaration, AugmentStage.seed.declaration, count.declaration, cell.declaration,
      output.declaration, annotations.declaration, mask.declaration,
    ], main: "recipe", needs: [.image], drops: [.image, .detections, .masks])

  private let maker: AugmentationRun.SheetMaker
  private let output: String
  private let name: String
  private let claims: OutputClaims

  /// Makes the recipe, reads the annotations.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    output = settings[Self.output]
    claims = context.outputs
    name = context.name
    var options = AugmentationRun.Options(recipe: try AugmentStage.recipe(settings), output: output)
    options.count = settings[Self.count]
    options.seed = UInt64(settings[AugmentStage.seed])
    options.cell = settings[Self.cell]
    options.annotations = settings[Self.annotations]
    options.mask = settings[Self.mask]
    _ = try claims.open(output, task: "augment")
    maker = try AugmentationRun.SheetMaker(options, inputs: context.inputs.inputs, count: context.inputs.count)
  }

  /// A recipe or an output that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    AugmentStage.faults(settings, context) + OutputCheck.faults(settings, "output")
  }

  /// The file's name.
  public func claim(_ input: ImageInput) -> String { claims.path(output, input, extension: "png") }

  /// Writes the sheet.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let path = item.path(claimedBy: name)
    var sample = try item.sample(name)
    if sample.objects == nil, let objects = item.objects {
      sample.objects = objects.map {
        SampleObject(box: $0.detection.box, label: $0.detection.classIndex, mask: $0.detection.mask)
      }
    }
    try AtomicFile.write(maker.sheet(of: sample, input: item.input, index: item.index).pngData(), to: path)
    item.outputs.append(("output", path))
    item.image = nil
    item.size = nil
    item.objects = nil
    return [item]
  }
}
