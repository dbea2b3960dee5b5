import Configuration
import Detection
import Imaging
import Support
import Synchronization

/// A file of rows that gets its name when all are written.
final class RowFile: Sendable {
  private let file: Mutex<AtomicFile?>
  private let begins: Mutex<Bool>
  private let separator: String
  private let footer: String

  /// Starts it. `separator` stands between the rows of two inputs.
  init(path: String, header: String = "", separator: String = "", footer: String = "") throws {
    try Folder.create(Path.parent(of: path).isEmpty ? "." : Path.parent(of: path))
    let file = try AtomicFile(path: path)
    if !header.isEmpty { try file.write(header) }
    self.file = Mutex(file)
    begins = Mutex(true)
    (self.separator, self.footer) = (separator, footer)
  }

  func append(_ rows: String) throws {
    guard !rows.isEmpty else { return }
    let isFirst = begins.withLock { begins in
      defer { begins = false }
      return begins
    }
    try file.withLock { try $0?.write(isFirst ? rows : separator + rows) }
  }

  /// Gives it its name, or drops it where not every input was seen.
  func finish(isWhole: Bool) throws {
    try file.withLock { file in
      defer { file = nil }
      guard isWhole else { return }
      if !footer.isEmpty { try file?.write(footer) }
      try file?.commit()
    }
  }

  /// A file's path with the part of the inputs that a run takes in its name.
  static func path(_ path: String, _ shard: Shard?) -> String {
    guard let suffix = shard?.suffix, !suffix.isEmpty else { return path }
    let name = Path.name(of: path), stem = Path.stem(of: path)
    return Path.join(Path.parent(of: path), stem + suffix + name.dropFirst(stem.count))
  }
}

/// Writes what is known of each sample as a line of JSON.
public struct WriteRecordsStage: RowStage {
  static let output = Setting<String>.text("output", "runs/records.jsonl", kind: .output, "The file.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "write_jsonl", "Writes what is known of each sample as a line of JSON.", settings: [output.declaration],
    main: "output")

  private let file: RowFile

  /// Starts the file.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    file = try RowFile(path: RowFile.path(settings[Self.output], context.shard))
  }

  /// An output that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    OutputCheck.faults(settings, "output", isFile: true)
  }

  /// A line.
  public func rows(_ item: Item) throws -> String { JSONValue.object(item.record).text + "\n" }
  /// Appends lines.
  public func append(_ rows: String) throws { try file.append(rows) }
  /// Gives the file its name.
  public func finish(isWhole: Bool) throws { try file.finish(isWhole: isWhole) }
}

/// Writes a table: a row an object, or a row a picture and class.
public struct WriteCSVStage: RowStage {
  static let output = Setting<String>.text("output", "runs/table.csv", kind: .output, "The file.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "write_csv", "Writes a table: a row an object, or a row a class of a picture.", settings: [output.declaration],
    main: "output")

  private let file: RowFile
  private let hasObjects: Bool

  /// Starts the file with its header.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    hasObjects = context.input?.components.contains(.detections) == true
    file = try RowFile(
      path: RowFile.path(settings[Self.output], context.shard),
      header: hasObjects ? "image,label,class,score,x1,y1,x2,y2\n" : "image,label,class,score\n")
  }

  /// Nothing to write, or nowhere.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    var faults = OutputCheck.faults(settings, "output", isFile: true)
    if let input = context.input, input.components.isDisjoint(with: [.detections, .classes]) {
      faults.append(
        ConfigurationFault(
          settings.position, "write_csv needs detections or classes, and the stream has \(input.description)"))
    }
    return faults
  }

  /// The rows of a sample, quoted as RFC 4180 has it.
  public func rows(_ item: Item) throws -> String {
    let name = Self.quoted(item.name)
    if hasObjects {
      return (item.objects ?? []).map { object in
        let detection = object.detection, box = detection.box
        return "\(name),\(Self.quoted(detection.label)),\(detection.classIndex),\(detection.score),"
          + "\(box.x1),\(box.y1),\(box.x2),\(box.y2)\n"
      }.joined()
    }
    return (item.classes ?? []).map { "\(name),\(Self.quoted($0.label)),\($0.classIndex),\($0.score)\n" }.joined()
  }

  /// Appends rows.
  public func append(_ rows: String) throws { try file.append(rows) }
  /// Gives the file its name.
  public func finish(isWhole: Bool) throws { try file.finish(isWhole: isWhole) }

  static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

/// Writes detections in COCO's results format, `OUTPUT/detections.json`.
public struct WriteCOCOStage: RowStage {
  static let output = Setting<String>.text("output", "runs/pipeline", kind: .output, "Folder of the file.")
  static let annotations = Setting<String?>.optionalText(
    "annotations", kind: .file, "COCO annotations that give the pictures' ids.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "write_coco", "Writes detections in COCO's results format.",
    settings: [output.declaration, annotations.declaration], main: "output", needs: [.detections])

  private let file: RowFile
  private let imageIDs: [Int]

  /// Starts the file.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    let folder = try context.outputs.open(settings[Self.output], task: "detect").folder
    let known = try settings[Self.annotations].map { try COCOResults.imageIDs(annotations: $0) } ?? [:]
    imageIDs = COCOResults.imageIDs(of: context.inputs.names, known: known)
    file = try RowFile(
      path: RowFile.path(Path.join(folder, "detections.json"), context.shard), header: "[", separator: ",",
      footer: "\n]\n")
  }

  /// An output that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    OutputCheck.faults(settings, "output")
  }

  /// A line a detection.
  public func rows(_ item: Item) throws -> String {
    let id = imageIDs.indices.contains(item.index) ? imageIDs[item.index] : item.index + 1
    return (item.objects ?? []).map { object in
      "\n" + COCOResults.line(object.detection, image: id, categoryIDs: item.categoryIDs)
    }.joined(separator: ",")
  }

  /// Appends lines.
  public func append(_ rows: String) throws { try file.append(rows) }
  /// Gives the file its name.
  public func finish(isWhole: Bool) throws { try file.finish(isWhole: isWhole) }
}
