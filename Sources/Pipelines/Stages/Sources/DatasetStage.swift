import Configuration
import Datasets
import Imaging
import Support

/// Begins a stream with the pictures of a data set and what it says of them.
public struct DatasetStage: SourceStage {
  static let path = Setting<String>.text("path", kind: .text, "A folder, an archive or an annotations file.")
  static let split = Setting<String?>.optionalText("split", "Only this part, such as 'val'.")
  static let format = Setting<String?>.optionalText(
    "format", kind: .choice(DatasetFormat.allCases.map(\.rawValue)), "How it is laid out; none finds it out.")
  static let annotations = Setting<String?>.optionalText("annotations", "The annotations, where there are several.")
  static let limit = Setting<Int?>.integer("limit", in: 1...Int.max, "Only the first so many pictures.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "dataset", "Begins with the pictures of a data set.",
    settings: [path.declaration, split.declaration, format.declaration, annotations.declaration, limit.declaration],
    main: "path", effect: .begins, gives: [.file, .truth])

  private let dataset: any Dataset
  /// How many pictures there are.
  public let count: Int

  /// Opens the data set.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    do {
      dataset = try Self.open(settings)
    } catch { throw ConfigurationError(settings.position(of: "path"), "\(error)") }
    count = min(dataset.count, settings[Self.limit] ?? .max)
  }

  private static func open(_ settings: SettingValues) throws -> any Dataset {
    try DatasetReader.open(
      settings[path],
      options: DatasetOptions(
        format: settings[format].flatMap(DatasetFormat.init(rawValue:)), split: settings[split],
        annotations: settings[annotations]))
  }

  /// A data set that is not there.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    FileIdentity(path: settings[path]) == nil
      ? [ConfigurationFault(settings.position(of: "path"), "there is no data set '\(settings[path])'")] : []
  }

  /// The names of its classes are known when it is open.
  public static func labels(_ settings: SettingValues, _ context: CheckContext) -> [String]? { nil }

  /// The picture's name in the set.
  public func name(at index: Int) -> String { dataset.name(at: index) }
  /// The picture, as outputs are named after it.
  public func input(at index: Int) -> ImageInput? { ImageInput(.file(dataset.name(at: index))) }

  /// The picture with its annotations, to be decoded.
  public func item(at index: Int) throws -> Item {
    let name = dataset.name(at: index)
    var item = Item(name: name, input: ImageInput(.file(name)), index: index)
    item.load = { [dataset] limits in
      try dataset.sample(at: index, options: DecodeOptions(limits: limits))
    }
    item.truth = Item.Truth(labels: dataset.classes)
    return item
  }
}
