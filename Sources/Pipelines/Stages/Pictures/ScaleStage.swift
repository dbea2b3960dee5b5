import Configuration
import Imaging

/// Resizes pictures.
public struct ScaleStage: ItemStage {
  private static let sides = 1...ImageLimits.standard.maximumSide
  static let size = Setting<(width: Int, height: Int)?>.size(
    "size", limit: ImageLimits.standard.maximumSide, "Exact size of the result.")
  static let shortest = Setting<Int?>.integer("shortest", in: sides, "Length of the shorter side; proportions stay.")
  static let longest = Setting<Int?>.integer("longest", in: sides, "Length of the longer side; proportions stay.")
  static let filter = Setting<ResizeFilter>.choice("filter", .bilinear, "Resampling filter.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "scale", "Resizes pictures.",
    settings: [size.declaration, shortest.declaration, longest.declaration, filter.declaration], needs: [.image],
    gives: [.image], drops: [.detections, .masks])

  private let size: ImageConversion.Size
  private let filter: ResizeFilter

  /// With one of the sizes.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    size =
      settings[Self.size].map { .exact(width: $0.width, height: $0.height) }
      ?? settings[Self.shortest].map { .shortest($0) } ?? settings[Self.longest].map { .longest($0) } ?? .original
    filter = settings[Self.filter]
  }

  /// More than one size.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    let given = ["size", "shortest", "longest"].filter { settings.written($0)?.isNull == false }
    guard given.count > 1 else { return [] }
    return [
      ConfigurationFault(settings.position(of: given[1]), "\(given.joined(separator: " and ")) exclude each other")
    ]
  }

  /// The resized picture.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    let image = try item.requireImage("scale")
    let target = size.target(of: image.size)
    guard target != image.size else { return [item] }
    try ImageLimits.standard.check(width: target.width, height: target.height)
    var item = item
    item.image = try image.resized(width: target.width, height: target.height, filter: filter)
    item.size = target
    return [item]
  }
}
