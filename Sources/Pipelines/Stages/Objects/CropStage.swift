import Augmentation
import Configuration
import Imaging

/// Cuts each object out as a picture of its own.
public struct CropStage: ItemStage {
  static let margin = Setting<Double>.number(
    "margin", 0, in: 0...4, "How far around an object, as a share of its size.")
  static let side = Setting<Int>.integer("min_side", 1, in: 1...65535, "Objects with a shorter side are left out.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "crop", "Cuts each object out as a picture of its own.", settings: [margin.declaration, side.declaration],
    effect: .cuts, needs: [.image, .detections], gives: [.image],
    drops: [.detections, .classes, .masks, .embedding, .truth, .tensor, .tracks])

  private let margin: Float
  private let side: Float

  /// With a margin.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    margin = Float(settings[Self.margin])
    side = Float(settings[Self.side])
  }

  /// A sample an object.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    let image = try item.requireImage("crop")
    return try (item.objects ?? []).enumerated().compactMap { index, object in
      let box = object.detection.box
      guard box.isFinite else { return nil }
      let (dx, dy) = (box.width * margin, box.height * margin)
      let area = Box(
        x1: (box.x1 - dx).rounded(.down), y1: (box.y1 - dy).rounded(.down), x2: (box.x2 + dx).rounded(.up),
        y2: (box.y2 + dy).rounded(.up)
      ).clipped(to: image.size)
      guard area.width >= side, area.height >= side else { return nil }
      let crop = try Crop(top: Int(area.y1), left: Int(area.x1), height: Int(area.height), width: Int(area.width))
      var part = Item(name: item.name, input: item.input, index: item.index)
      part.claims = item.claims
      part.parts = item.parts + [index]
      part.cut = Item.Cut(object: index, box: area)
      part.image = try crop.moved(image, as: .picture)
      part.size = part.image?.size
      part.facts = [("label", .string(object.detection.label)), ("score", .float(object.detection.score))]
      return part
    }
  }
}

/// Brings the classes of parts back to the objects that they were cut out as: `from: [WHOLE, PARTS]`.
public struct GatherStage: GatheringStage {
  /// Its declaration.
  public static let declaration = StageDeclaration(
    "gather", "Brings what was found in cut-out objects back to their pictures; from: [WHOLE, PARTS].",
    effect: .gathers, needs: [.detections])

  /// A stage.
  public init(_ settings: SettingValues, _ context: StageContext) throws {}

  /// The sample whose objects have classes.
  public func callAsFunction(_ item: Item, parts: [Item]) throws -> [Item] {
    var item = item
    for part in parts {
      guard let place = part.cut?.object, item.objects?.indices.contains(place) == true else { continue }
      item.objects?[place].classes = part.classes
      item.models += part.models.filter { model in !item.models.contains { $0 == model } }
    }
    return [item]
  }
}
