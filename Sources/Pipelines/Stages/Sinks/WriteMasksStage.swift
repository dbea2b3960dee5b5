import Configuration
import Imaging
import Support

/// Writes the class of every pixel as a PNG whose palette indices are the classes.
public struct WriteMasksStage: FileWritingStage {
  static let output = Setting<String>.text("output", "runs/pipeline", kind: .output, "Folder of the masks.")
  static let suffix = Setting<String>.text("suffix", "mask", "What is appended to the picture's name.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "write_masks", "Writes the class of every pixel as an indexed PNG.",
    settings: [output.declaration, suffix.declaration], main: "output", needs: [.masks])

  private let output: String
  private let suffix: String
  private let name: String
  private let claims: OutputClaims

  /// Makes the folder.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    output = settings[Self.output]
    suffix = settings[Self.suffix]
    name = context.name
    claims = context.outputs
    _ = try claims.open(output, task: suffix)
  }

  /// An output that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    OutputCheck.faults(settings, "output")
  }

  /// It is named after the picture that is written to the same place.
  public var isNamedAfterOthers: Bool { true }

  /// The file's name.
  public func claim(_ input: ImageInput) -> String { claims.path(output, input, part: suffix, extension: "png") }

  /// Writes the mask.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    guard let map = item.classMap else { throw PipelineError.missing(stage: name, what: "mask") }
    var item = item
    let path = item.path(claimedBy: name)
    try AtomicFile.write(map.indexedImage.pngData(), to: path)
    item.outputs.append(("mask", path))
    return [item]
  }
}

/// Copies pictures into a folder for each class: the most probable one of the picture, or that of its best object.
public struct SortIntoFoldersStage: FileWritingStage {
  static let output = Setting<String>.text("output", "runs/sorted", kind: .output, "Folder of the folders.")
  static let quality = Setting<Int>.integer("quality", 95, in: 1...100, "JPEG quality.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "sort_into_folders", "Writes pictures into a folder for each class.",
    settings: [output.declaration, quality.declaration], main: "output", needs: [.image])

  private let output: String
  private let folder: String
  private let quality: Int
  private let name: String
  private let claims: OutputClaims

  /// Makes the folder.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    output = settings[Self.output]
    quality = settings[Self.quality]
    name = context.name
    claims = context.outputs
    folder = try claims.open(output, task: "sorted").folder
  }

  /// Nothing to sort by.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    var faults = OutputCheck.faults(settings, "output")
    if let input = context.input, input.components.isDisjoint(with: [.detections, .classes, .truth]) {
      faults.append(
        ConfigurationFault(
          settings.position,
          "sort_into_folders needs classes, detections or truth, and the stream has \(input.description); put classify before it"
        ))
    }
    return faults
  }

  /// The file's name, before the class is known.
  public func claim(_ input: ImageInput) -> String {
    claims.path(output, input, extension: input.name.lowercased().hasSuffix(".png") ? "png" : "jpg")
  }

  /// Writes the picture.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let image = try item.requireImage(name), path = item.path(claimedBy: name)
    var label = item.classes?.first?.label ?? item.objects?.first?.detection.label
    if label == nil, let truth = item.truth, let index = truth.label, truth.labels.indices.contains(index) {
      label = truth.labels[index]
    }
    let place = Path.join(folder, Self.folderName(label ?? "none"))
    try Folder.create(place)
    let file = Path.join(place, Path.name(of: path))
    try AtomicFile.write(file.hasSuffix(".png") ? image.pngData() : image.jpegData(quality: quality), to: file)
    item.outputs.append(("output", file))
    return [item]
  }

  /// A label as a folder's name: nothing in it leads elsewhere.
  static func folderName(_ label: String) -> String {
    let name = String(label.map { $0 == "/" || $0 == "\0" || $0.isNewline ? "_" : $0 })
    return name.isEmpty || name.hasPrefix(".") ? "_" + name : name
  }
}
