import Configuration
import Imaging
import Support

/// Writes pictures, each under its input's name.
public struct WriteImagesStage: FileWritingStage {
  /// What pictures are encoded as.
  enum Format: String, CaseIterable, Sendable {
    /// PNG for inputs that are PNG, else JPEG.
    case same
    /// What the output's name says, else PNG.
    case named
    case png, jpeg
  }
  static let output = Setting<String>.text(
    "output", "runs/pipeline", kind: .output, "Folder of the pictures, or the file of a single one.")
  static let format = Setting<Format>.choice(
    "format", .same, "same: PNG for PNG, else JPEG; named: what the output's name says, else PNG.")
  static let quality = Setting<Int>.integer("quality", 90, in: 1...100, "JPEG quality.")
  static let suffix = Setting<String>.text("suffix", "out", "What is appended to names that would collide.")
  static let field = Setting<String>.text("field", "output", "What results call the file.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "write_images", "Writes pictures.",
    settings: [output.declaration, format.declaration, quality.declaration, suffix.declaration, field.declaration],
    main: "output", needs: [.image])

  private let output: String
  private let format: Format
  private let encoding: ImageConversion.Encoding?
  private let quality: Int
  private let field: String
  private let name: String
  private let claims: OutputClaims

  /// Makes the folder.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    output = settings[Self.output]
    format = settings[Self.format]
    quality = settings[Self.quality]
    field = settings[Self.field]
    name = context.name
    claims = context.outputs
    let place = try claims.open(output, task: settings[Self.suffix])
    switch format {
    case .same: encoding = nil
    case .named: encoding = (place.file?.lowercased()).map { $0.hasSuffix(".png") ? .png : .jpeg } ?? .png
    case .png: encoding = .png
    case .jpeg: encoding = .jpeg
    }
  }

  /// An output that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    OutputCheck.faults(settings, "output")
  }

  /// The file's name.
  public func claim(_ input: ImageInput) -> String {
    let suffix = encoding?.fileExtension ?? (input.name.lowercased().hasSuffix(".png") ? "png" : "jpg")
    return claims.path(output, input, extension: suffix)
  }

  /// Writes the picture.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let image = try item.requireImage(name), path = item.path(claimedBy: name)
    let isPNG = encoding.map { $0 == .png } ?? path.lowercased().hasSuffix(".png")
    try AtomicFile.write(isPNG ? image.pngData() : image.jpegData(quality: quality), to: path)
    item.outputs.append((field, path))
    return [item]
  }
}

extension Item {
  /// The path that a stage chose for its input; parts get their numbers.
  func path(claimedBy stage: String) -> String {
    let path = claims[stage] ?? stem
    guard !parts.isEmpty else { return path }
    let name = Path.name(of: path), base = Path.stem(of: path)
    let numbers = parts.map { "-\($0 + 1)" }.joined()
    return Path.join(Path.parent(of: path), base + numbers + name.dropFirst(base.count))
  }
}

/// Checks places that results go to before anything is loaded.
enum OutputCheck {
  /// A folder that is a file, where the name does not look like a picture's.
  static func faults(_ settings: SettingValues, _ name: String, isFile: Bool = false) -> [ConfigurationFault] {
    guard let path = settings.written(name)?.text, !path.isEmpty else { return [] }
    func fault(_ message: String) -> ConfigurationFault {
      ConfigurationFault(settings.position(of: name), message, exitCode: .unwritableOutput)
    }
    var folder = path
    let lowered = path.lowercased()
    if isFile || [".jpg", ".jpeg", ".png"].contains(where: lowered.hasSuffix) {
      if isFile, Folder.exists(path) { return [fault("'\(path)' is a folder, not a file")] }
      folder = Path.parent(of: path)
    }
    while !folder.isEmpty, folder != "/" {
      if Folder.exists(folder) { return [] }
      if FileIdentity(path: folder) != nil {
        return [fault("'\(folder)' is a file, not a folder")]
      }
      folder = Path.parent(of: folder)
    }
    return []
  }
}
