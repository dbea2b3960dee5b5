import Configuration
import Imaging

/// Keeps objects by their class, size and score, and pictures by what is in them.
public struct FilterStage: ItemStage {
  static let classes = Setting<[String]>.texts("classes", [], kind: .label, "Only these classes; none for all.")
  static let except = Setting<[String]>.texts("except", [], kind: .label, "Without these classes.")
  static let least = Setting<Double>.number(
    "min_area", 0, in: 0...1e12, "Least area of a box: pixels, or up to 1 a share of the picture.")
  static let most = Setting<Double?>.number(
    "max_area", in: 0...1e12, "Largest area of a box: pixels, or up to 1 a share of the picture.")
  static let score = Setting<Double>.number("min_score", 0, in: 0...1, "Least score.")
  static let drop = Setting<Bool>.flag(
    "drop_empty", false, "Whether pictures without an object that is left are dropped.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "filter", "Keeps objects by class, area and score.",
    settings: [
      classes.declaration, except.declaration, least.declaration, most.declaration, score.declaration,
      drop.declaration,
    ], main: "classes", needs: [.detections])

  private let classes: Set<String>
  private let except: Set<String>
  private let least: Double
  private let most: Double?
  private let score: Float
  private let drops: Bool

  /// With bounds.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    classes = Set(settings[Self.classes])
    except = Set(settings[Self.except])
    least = settings[Self.least]
    most = settings[Self.most]
    score = Float(settings[Self.score])
    drops = settings[Self.drop]
  }

  /// Classes that the model does not know.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    LabelCheck.faults(settings, "classes", context) + LabelCheck.faults(settings, "except", context)
  }

  /// The sample with what is left.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let size = item.size ?? ImageSize(width: 1, height: 1)
    let whole = Double(size.width) * Double(size.height)
    func pixels(_ bound: Double) -> Double { bound <= 1 ? bound * whole : bound }
    let range = (pixels(least), most.map(pixels) ?? .infinity)
    item.objects?.removeAll { object in
      let detection = object.detection
      let area = Double(detection.box.clipped(to: size).area)
      return !(detection.score >= score) || !(area >= range.0 && area <= range.1)
        || (!classes.isEmpty && !classes.contains(detection.label)) || except.contains(detection.label)
    }
    return drops && item.objects?.isEmpty == true ? [] : [item]
  }
}
