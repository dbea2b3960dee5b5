import Catalog
import Configuration
import Imaging
import Segmentation

/// Finds the class of every pixel.
public struct SegmentStage: BatchStage {
  /// Its declaration.
  public static let declaration = StageDeclaration(
    "segment", "Finds the class of every pixel.", settings: ModelSettings.all(.segmentation), main: "model",
    needs: [.image], gives: [.masks])

  private let segmenter: Segmenter
  private let name: String
  /// Samples at a time.
  public let batch: Int
  /// The hash of its weights.
  public let record: [(String, YAMLNode)]

  /// Loads the model.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    let loaded = try context.models.load(settings, .segmentation)
    segmenter = try Segmenter(loaded.model)
    record = loaded.record
    batch = settings[ModelSettings.batch]
    name = context.name
  }

  /// An unknown model.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    context.models.faults(settings, .segmentation)
  }

  /// Detections keep their own.
  public static func labels(_ settings: SettingValues, _ context: CheckContext) -> [String]? {
    context.input?.components.contains(.detections) == true
      ? context.input?.labels : context.models.labels(settings, .segmentation)
  }

  /// The network's input.
  public func prepare(_ item: Item) throws -> PreparedImage { try segmenter.prepare(item.requireImage(name)) }

  /// The samples with the classes of their pixels.
  public func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item] {
    zip(items, try segmenter.segment(prepared)).map { item, map in
      var item = item
      item.classMap = map
      item.mapLabels = segmenter.labels
      item.models.append((name, segmenter.model))
      return item
    }
  }
}
