import Catalog
import Configuration
import Imaging
import StyleTransfer
import Support

/// Paints pictures in the style of a trained network.
public struct StyleStage: BatchStage {
  /// Its declaration.
  public static let declaration = StageDeclaration(
    "style", "Paints pictures in a style.", settings: ModelSettings.all(.styleTransfer), main: "model",
    needs: [.image], gives: [.image], drops: [.detections, .masks])

  private let stylizer: Stylizer
  private let name: String
  /// Samples at a time.
  public let batch: Int
  /// The hash of its weights.
  public let record: [(String, YAMLNode)]

  /// Loads the model.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    let loaded = try context.models.load(settings, .styleTransfer)
    stylizer = try Stylizer(loaded.model)
    record = loaded.record
    batch = settings[ModelSettings.batch]
    name = context.name
  }

  /// An unknown model.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    context.models.faults(settings, .styleTransfer)
  }

  /// The network's input.
  public func prepare(_ item: Item) throws -> PreparedImage { try stylizer.prepare(item.requireImage(name)) }

  /// The painted samples.
  public func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item] {
    zip(items, try stylizer.stylize(prepared)).map { item, picture in
      var item = item
      item.image = picture
      item.size = picture.size
      item.models.append((name, stylizer.model))
      // One pass through a network optimises nothing.
      item.facts += [("steps", 0), ("content_loss", .null), ("style_loss", .null)]
      return item
    }
  }
}
