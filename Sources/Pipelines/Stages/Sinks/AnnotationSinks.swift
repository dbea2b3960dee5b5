import Configuration
import Detection
import Imaging
import Support

/// Writes a file of annotations a picture: Pascal VOC's XML or YOLO's text.
struct AnnotationFiles: Sendable {
  static let output = Setting<String>.text("output", "runs/pipeline", kind: .output, "Folder of the files' folder.")

  let output: String
  let folder: String
  let name: String
  let claims: OutputClaims

  init(_ settings: SettingValues, _ context: StageContext, folder part: String) throws {
    output = settings[Self.output]
    claims = context.outputs
    name = context.name
    folder = Path.join(try claims.open(output, task: "detect").folder, part)
    try Folder.create(folder)
  }

  func claim(_ input: ImageInput, extension suffix: String) -> String {
    let picture = input.name.lowercased().hasSuffix(".png") ? "png" : "jpg"
    return Path.join(folder, claims.stem(output, input, extension: picture) + "." + suffix)
  }

  func write(_ item: Item, _ text: (ImageDetections) -> String) throws {
    let path = item.path(claimedBy: name)
    let size = item.size ?? ImageSize(width: 1, height: 1)
    let found = ImageDetections(
      image: item.name, stem: Path.stem(of: path), width: size.width, height: size.height,
      detections: (item.objects ?? []).map(\.detection))
    try AtomicFile.write(Array(text(found).utf8), to: path)
  }
}

/// Writes Pascal VOC's annotations, `OUTPUT/Annotations/NAME.xml`.
public struct WriteVOCStage: FileWritingStage {
  /// Its declaration.
  public static let declaration = StageDeclaration(
    "write_voc", "Writes detections as Pascal VOC's annotations.", settings: [AnnotationFiles.output.declaration],
    main: "output", needs: [.detections])

  private let files: AnnotationFiles

  /// Makes the folder.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    files = try AnnotationFiles(settings, context, folder: "Annotations")
  }

  /// An output that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    OutputCheck.faults(settings, "output")
  }

  /// It is named after the picture that is written to the same place.
  public var isNamedAfterOthers: Bool { true }
  /// The file's name.
  public func claim(_ input: ImageInput) -> String { files.claim(input, extension: "xml") }

  /// Writes the file.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    try files.write(item) { VOCAnnotation.text($0, file: Path.name(of: item.name)) }
    return [item]
  }
}

/// Writes YOLO's labels, `OUTPUT/labels/NAME.txt`.
public struct WriteYOLOStage: FileWritingStage {
  /// Its declaration.
  public static let declaration = StageDeclaration(
    "write_yolo", "Writes detections as YOLO's labels.", settings: [AnnotationFiles.output.declaration],
    main: "output", needs: [.detections])

  private let files: AnnotationFiles

  /// Makes the folder.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    files = try AnnotationFiles(settings, context, folder: "labels")
  }

  /// An output that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    OutputCheck.faults(settings, "output")
  }

  /// It is named after the picture that is written to the same place.
  public var isNamedAfterOthers: Bool { true }
  /// The file's name.
  public func claim(_ input: ImageInput) -> String { files.claim(input, extension: "txt") }

  /// Writes the file.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    try files.write(item) { YOLOLabels.text($0) }
    return [item]
  }
}

/// Says what results show of each sample.
public struct EmitStage: ItemStage {
  static let fields = Setting<[String]>.texts("fields", [], "What is shown, beside the input's name; none for all.")
  static let empty = Setting<[String]>.texts("empty", [], "What is shown as null.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "emit", "Says what results show of each sample.", settings: [fields.declaration, empty.declaration],
    main: "fields")

  private let fields: [String]
  private let empty: [String]

  /// With fields.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    fields = settings[Self.fields]
    empty = settings[Self.empty]
  }

  /// The sample that shows these.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    if !fields.isEmpty { item.fields = fields }
    item.facts += empty.map { ($0, .null) }
    return [item]
  }
}
