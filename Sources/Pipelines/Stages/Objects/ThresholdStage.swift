import Configuration
import Detection
import Imaging

/// Keeps what is certain enough: objects, or classes of whole pictures.
public struct ThresholdStage: ItemStage {
  static let score = Setting<Double>.number("score", 0.5, in: 0...1, "Least score.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "threshold", "Keeps what is certain enough.", settings: [score.declaration], main: "score")

  private let score: Float

  /// With a bound.
  public init(_ settings: SettingValues, _ context: StageContext) throws { score = Float(settings[Self.score]) }

  /// Nothing with scores.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    guard let input = context.input, input.components.isDisjoint(with: [.detections, .classes]) else { return [] }
    return [
      ConfigurationFault(
        settings.position,
        "threshold needs detections or classes, and the stream has \(input.description); put detect or classify before it"
      )
    ]
  }

  /// The sample with what is left.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    item.objects?.removeAll { !($0.detection.score >= score) }
    if item.objects == nil { item.classes?.removeAll { !($0.score >= score) } }
    return [item]
  }
}

/// Of objects that overlap keeps the best.
public struct SuppressStage: ItemStage {
  static let iou = Setting<Double>.number("iou", 0.45, in: 0...1, "Overlap above which two boxes are one object.")
  static let everyClass = Setting<Bool>.flag("across_classes", false, "Whether objects of different classes count too.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "nms", "Of objects that overlap keeps the best (non-maximum suppression).",
    settings: [iou.declaration, everyClass.declaration], main: "iou", needs: [.detections])

  private let iou: Float
  private let isAcross: Bool

  /// With a bound.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    iou = Float(settings[Self.iou])
    isAcross = settings[Self.everyClass]
  }

  /// The sample with what is left, best first.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    guard let objects = item.objects else { return [item] }
    let boxes = objects.map(\.detection.box), scores = objects.map(\.detection.score)
    let kept =
      isAcross
      ? NonMaximumSuppression.indices(boxes: boxes, scores: scores, iou: iou)
      : NonMaximumSuppression.batched(
        boxes: boxes, scores: scores, classes: objects.map(\.detection.classIndex), iou: iou)
    item.objects = kept.map { objects[$0] }
    return [item]
  }
}
