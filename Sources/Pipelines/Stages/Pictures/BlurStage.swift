import Augmentation
import Configuration
import Imaging

/// Makes objects unrecognisable, for privacy: pixels are averaged in squares so large that nothing of the object
/// remains.
public struct BlurStage: ItemStage {
  static let cells = Setting<Int>.integer("cells", 6, in: 1...64, "Squares along the shorter side of an object.")
  static let margin = Setting<Double>.number(
    "margin", 0.1, in: 0...2, "How far around an object, as a share of its size.")
  static let classes = Setting<[String]>.texts(
    "classes", [], kind: .label, "Only objects of these classes; none for all.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "blur", "Makes objects unrecognisable, for privacy.",
    settings: [cells.declaration, margin.declaration, classes.declaration], needs: [.image, .detections],
    gives: [.image])

  private let cells: Int
  private let margin: Float
  private let classes: Set<String>

  /// With a strength.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    cells = settings[Self.cells]
    margin = Float(settings[Self.margin])
    classes = Set(settings[Self.classes])
  }

  /// Classes that the model does not know.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    LabelCheck.faults(settings, "classes", context)
  }

  /// The picture without those objects' features.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let image = try item.requireImage("blur").converted(to: .rgb)
    var pixels = image.pixels
    for object in item.objects ?? [] where classes.isEmpty || classes.contains(object.detection.label) {
      let box = object.detection.box
      guard box.isFinite else { continue }
      let (dx, dy) = (box.width * margin, box.height * margin)
      let area = Box(x1: box.x1 - dx, y1: box.y1 - dy, x2: box.x2 + dx, y2: box.y2 + dy).clipped(to: image.size)
      average(&pixels, image.size, area)
    }
    item.image = try Image(width: image.width, height: image.height, format: .rgb, pixels: pixels)
    return [item]
  }

  private func average(_ pixels: inout [UInt8], _ size: ImageSize, _ area: Box) {
    let left = Int(area.x1), top = Int(area.y1)
    let right = min(Int(area.x2.rounded(.up)), size.width), bottom = min(Int(area.y2.rounded(.up)), size.height)
    guard left < right, top < bottom else { return }
    let cell = max((min(right - left, bottom - top) + cells - 1) / cells, 1)
    for y in stride(from: top, to: bottom, by: cell) {
      for x in stride(from: left, to: right, by: cell) {
        let rows = y..<min(y + cell, bottom), columns = x..<min(x + cell, right)
        var sums = (0, 0, 0)
        for row in rows {
          for column in columns {
            let place = 3 * (row * size.width + column)
            sums.0 += Int(pixels[place])
            sums.1 += Int(pixels[place + 1])
            sums.2 += Int(pixels[place + 2])
          }
        }
        let count = rows.count * columns.count
        let mean = (UInt8(sums.0 / count), UInt8(sums.1 / count), UInt8(sums.2 / count))
        for row in rows {
          for column in columns {
            let place = 3 * (row * size.width + column)
            (pixels[place], pixels[place + 1], pixels[place + 2]) = mean
          }
        }
      }
    }
  }
}

/// Checks names of classes against those that a model knows.
enum LabelCheck {
  static func faults(_ settings: SettingValues, _ name: String, _ context: CheckContext) -> [ConfigurationFault] {
    guard let labels = context.input?.labels, let node = settings.written(name) else { return [] }
    return (node.elements ?? [node]).compactMap { element in
      guard let text = element.text, !element.isNull, !labels.contains(text) else { return nil }
      return .unknown("class", text, among: labels, at: element.position)
    }
  }
}
