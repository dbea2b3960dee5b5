import Catalog
import Configuration
import Detection
import Imaging

/// Finds objects in pictures.
public struct DetectStage: BatchStage {
  static let confidence = Setting<Double>.number("confidence", 0.25, in: 0...1, "Least score of a detection.")
  static let iou = Setting<Double?>.number(
    "iou", in: 0...1, "Overlap above which two boxes of a class are one object; none for the network's own.")
  static let most = Setting<Int>.integer("max_detections", 100, in: 1...Int.max, "Most detections a picture.")
  static let clip = Setting<Bool>.flag("clip", false, "Cut boxes at the picture's edges.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "detect", "Finds objects in pictures.",
    settings: ModelSettings.all(.detection) + [
      confidence.declaration, iou.declaration, most.declaration, clip.declaration,
    ], main: "model", needs: [.image], gives: [.detections])

  private let detector: Detector
  private let settings: DetectionSettings
  private let name: String
  /// Samples at a time.
  public let batch: Int
  /// The hash of its weights.
  public let record: [(String, YAMLNode)]

  /// Loads the model.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    let loaded = try context.models.load(settings, .detection)
    detector = try Detector(loaded.model)
    record = loaded.record
    batch = settings[ModelSettings.batch]
    name = context.name
    self.settings = DetectionSettings(
      confidence: Float(settings[Self.confidence]), iou: settings[Self.iou].map { Float($0) },
      maximumDetections: settings[Self.most], clip: settings[Self.clip])
  }

  /// An unknown model.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    context.models.faults(settings, .detection)
  }

  /// The model's.
  public static func labels(_ settings: SettingValues, _ context: CheckContext) -> [String]? {
    context.models.labels(settings, .detection)
  }

  /// The ids that its data set gives the classes.
  var categoryIDs: [Int]? { detector.categoryIDs }

  /// The network's input.
  public func prepare(_ item: Item) throws -> PreparedImage { try detector.prepare(item.requireImage(name)) }

  /// The samples with their objects.
  public func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item] {
    zip(items, try detector.detect(prepared, settings)).map { item, found in
      var item = item
      item.objects = found.map { Item.Object($0) }
      item.models.append((name, detector.model))
      item.categoryIDs = detector.categoryIDs
      return item
    }
  }
}
