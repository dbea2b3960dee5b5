import Configuration
import Detection
import Imaging

/// Draws what was found onto pictures: objects with their labels, regions.
public struct DrawStage: ItemStage {
  static let opacity = Setting<Double>.number("opacity", 0.5, in: 0...1, "How much colour regions have.")
  static let scores = Setting<Bool>.flag("scores", true, "Whether labels end with the score.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "draw", "Draws objects and regions onto pictures.", settings: [opacity.declaration, scores.declaration],
    needs: [.image], gives: [.image])

  private let opacity: Float
  private let scores: Bool

  /// With a style.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    opacity = Float(settings[Self.opacity])
    scores = settings[Self.scores]
  }

  /// Nothing to draw.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    guard let input = context.input, input.components.isDisjoint(with: [.detections, .masks]) else { return [] }
    return [
      ConfigurationFault(
        settings.position,
        "draw needs detections or masks, and the stream has \(input.description); put detect or segment before it")
    ]
  }

  /// The picture drawn on.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    var image = try item.requireImage("draw")
    if let map = item.classMap {
      // The first class stays as it is, unless it is named and no background.
      let isBackground = item.mapLabels.first.map { $0.lowercased().contains("background") } ?? true
      image = try image.drawing(map, labels: item.mapLabels, background: isBackground ? 0 : nil, opacity: opacity)
    }
    if let objects = item.objects {
      var style = AnnotationStyle(for: image.size)
      style.showsScores = scores
      image = try image.drawing(objects.map(\.annotation), style: style)
    }
    item.image = image
    return [item]
  }
}

extension Item.Object {
  /// How it is drawn: with the class that a classifier gave it, and its number.
  var annotation: Annotation {
    var label = classes?.first.map { "\(detection.label): \($0.label)" } ?? detection.label
    if let track { label += " #\(track)" }
    return Annotation(
      box: detection.box, label: label, score: detection.score, classIndex: detection.classIndex, mask: detection.mask,
      figure: Skeleton.figure(of: detection.keypoints))
  }
}
