import Datasets
import Imaging

/// Pictures, their true classes and the predicted ones side by side, with the classes' colours named below.
struct SegmentationSheet {
  /// A picture and its two maps.
  struct Row {
    let image: Image, truth: ClassMap, predicted: ClassMap
  }

  /// Pictures on a sheet.
  static let rows = 6
  let labels: [String]

  private static let paper = Color(red: 250, green: 250, blue: 251), ink = Color(red: 38, green: 43, blue: 51)
  private static let void = Color(red: 214, green: 217, blue: 222), ground = Color(red: 46, green: 52, blue: 62)
  private static let margin = 20, gap = 8, head = 44, textSize: Float = 15, line = 26

  /// The sheet. Throws `ImageError`.
  func image(of rows: [Row]) throws(ImageError) -> Image {
    let cells = rows.map { Self.cell($0.image.size) }
    let width = max(cells.map(\.width).max() ?? 0, 120), margin = Self.margin, gap = Self.gap
    let total = 3 * width + 2 * gap + 2 * margin
    let legend = legend(of: rows, width: total - 2 * margin)
    let high = cells.reduce(0) { $0 + $1.height + gap }
    let height = Self.head + high + (legend.map(\.y).max().map { $0 + Self.line } ?? 0) + margin
    var canvas = try Canvas(width: total, height: height, Self.paper)
    for (column, title) in ["picture", "truth", "prediction"].enumerated() {
      canvas.text(
        title, x: Float(margin + column * (width + gap) + width / 2), y: Float(Self.head) / 2, size: Self.textSize,
        Self.ink, anchor: .middle)
    }
    for entry in legend {
      let (x, y) = (Float(margin + entry.x), Float(Self.head + high + entry.y) + Float(Self.line) / 2)
      canvas.fill(Box(x1: x, y1: y - 7, x2: x + 14, y2: y + 7), radius: 3, color(entry.label))
      canvas.text(entry.name, x: x + 21, y: y, size: Self.textSize, Self.ink)
    }
    var pixels = canvas.image.pixels, top = Self.head
    for (row, cell) in zip(rows, cells) {
      let picture = try row.image.converted(to: .rgb).resized(width: cell.width, height: cell.height, filter: .bilinear)
      let left = margin + (width - cell.width) / 2
      for y in 0..<cell.height {
        var place = 3 * ((top + y) * total + left)
        let line = 3 * cell.width
        pixels.replaceSubrange(place..<place + line, with: picture.pixels[y * line..<(y + 1) * line])
        for map in [row.truth, row.predicted] {
          place += 3 * (width + gap)
          for x in 0..<cell.width {
            let source = (y * map.height / cell.height) * map.width + x * map.width / cell.width
            let color = color(map.classes[source]), target = place + 3 * x
            (pixels[target], pixels[target + 1], pixels[target + 2]) = (color.red, color.green, color.blue)
          }
        }
      }
      top += cell.height + gap
    }
    return try Image(width: total, height: height, format: .rgb, pixels: pixels)
  }

  private static func cell(_ size: ImageSize) -> ImageSize {
    let factor = min(300 / Double(max(size.width, 1)), 220 / Double(max(size.height, 1)))
    func side(_ length: Int) -> Int { max(Int((Double(length) * factor).rounded()), 1) }
    return ImageSize(width: side(size.width), height: side(size.height))
  }

  private func color(_ label: UInt8) -> Color {
    if label == PixelDataset.void { return Self.void }
    if label == 0, labels.first?.lowercased().contains("background") == true { return Self.ground }
    return Color.ofClass(Int(label))
  }

  private typealias Entry = (label: UInt8, name: String, x: Int, y: Int)

  /// The classes that are seen, in lines.
  private func legend(of rows: [Row], width: Int) -> [Entry] {
    var seen = [Bool](repeating: false, count: 256)
    for row in rows { for map in [row.truth, row.predicted] { for label in map.classes { seen[Int(label)] = true } } }
    var entries: [Entry] = [], x = 0, y = 0
    for label in 0..<256 where seen[label] && entries.count < 40 {
      let name = label == 255 ? "void" : labels.indices.contains(label) ? labels[label] : "class \(label)"
      let shown = name.count > 28 ? String(name.prefix(26)) + "…" : name
      let needed = 21 + Canvas.textWidth(shown, size: Self.textSize) + 22
      if x > 0, x + needed > width { (x, y) = (0, y + Self.line) }
      entries.append((UInt8(label), shown, x, y))
      x += needed
    }
    return entries
  }
}
