import Imaging

/// A confusion matrix as a heat map: what each class is taken for. Colours are shares of the row, numbers are pictures; of pixels,
/// which are many, they are shares in percent.
public struct ConfusionPlot: Sendable {
  /// The classes' names.
  public let classes: [String]
  /// Pictures of the row's class taken for the column's.
  public let counts: [Int]
  /// What stands above it.
  public var title: String
  /// What is counted.
  public var counted = "pictures"

  /// The plot of what was measured.
  public init(_ metrics: ClassificationMetrics, title: String = "Confusion matrix") {
    classes = metrics.classes
    counts = metrics.counts
    self.title = title
  }

  private struct Layout {
    let cell: Int, textSize: Float, left: Int, top: Int, side: Int
    var width: Int { left + side + 110 }
    var height: Int { top + side + 30 }
    let names: [String]
    /// Every how many classes a name is written.
    let step: Int
  }

  /// The picture. Classes past about 500 share pixels no more; throws `ImageError` past the limits of pictures.
  public func image() throws(ImageError) -> Image {
    let layout = layout
    var canvas = try Canvas(width: max(layout.width, 420), height: layout.height, PlotStyle.paper)
    drawHead(layout, on: &canvas)
    drawNames(layout, on: &canvas)
    drawCells(layout, on: &canvas)
    drawScale(layout, on: &canvas)
    return canvas.image
  }

  private var layout: Layout {
    let count = max(classes.count, 1)
    let cell = max(min(760 / count, 72), count > 200 ? 2 : 6)
    let textSize = min(max(Float(cell) * 0.62, 11), 16)
    let step = max(Int((textSize * 1.05 / Float(cell)).rounded(.up)), 1)
    let names = classes.map { $0.count > 22 ? String($0.prefix(20)) + "…" : $0 }
    let longest = names.map { Canvas.textWidth($0, size: textSize) }.max() ?? 0
    return Layout(
      cell: cell, textSize: textSize, left: longest + 58, top: longest + 122, side: cell * count, names: names,
      step: step)
  }

  private func drawHead(_ layout: Layout, on canvas: inout Canvas) {
    let total = counts.reduce(0, +)
    let right = classes.indices.reduce(0) { $0 + counts[$1 * classes.count + $1] }
    canvas.text(title, x: 24, y: 30, size: 22, PlotStyle.ink)
    let share = total > 0 ? PlotScale.fixed(100 * Double(right) / Double(total), 2) + " % right" : "no \(counted)"
    canvas.text("\(share), \(total) \(counted), \(classes.count) classes", x: 24, y: 58, size: 14, PlotStyle.faintInk)
    let middle = Float(layout.side) / 2
    canvas.text(
      "taken for", x: Float(layout.left) + middle, y: 92, size: 15, PlotStyle.faintInk, anchor: .middle)
    canvas.verticalText(
      "true class", x: 26, y: Float(layout.top) + middle, size: 15, PlotStyle.faintInk, anchor: .middle)
  }

  private func drawNames(_ layout: Layout, on canvas: inout Canvas) {
    for (index, name) in layout.names.enumerated() where index % layout.step == 0 {
      let middle = Float(index * layout.cell) + Float(layout.cell) / 2
      canvas.text(
        name, x: Float(layout.left) - 8, y: Float(layout.top) + middle, size: layout.textSize, PlotStyle.ink,
        anchor: .end)
      canvas.verticalText(
        name, x: Float(layout.left) + middle, y: Float(layout.top) - 8, size: layout.textSize, PlotStyle.ink)
    }
  }

  private func drawCells(_ layout: Layout, on canvas: inout Canvas) {
    let gap: Float = layout.cell >= 12 ? 1 : 0
    for row in classes.indices {
      let cells = counts[row * classes.count..<(row + 1) * classes.count]
      let total = cells.reduce(0, +)
      for (column, count) in cells.enumerated() {
        let color = PlotStyle.heat(total > 0 ? Double(count) / Double(total) : 0)
        let x = Float(layout.left + column * layout.cell), y = Float(layout.top + row * layout.cell)
        let box = Box(x1: x, y1: y, x2: x + Float(layout.cell) - gap, y2: y + Float(layout.cell) - gap)
        canvas.fill(box, color)
        guard count > 0 else { continue }
        let text = counted == "pixels" ? Self.percent(count, of: total) : "\(count)"
        var size = min(Float(layout.cell) * 0.44, 16)
        let width = Float(Canvas.textWidth(text, size: size))
        if width > Float(layout.cell) - 4 { size *= (Float(layout.cell) - 4) / width }
        if size >= 7 {
          canvas.text(text, x: box.centerX, y: box.centerY, size: size, color.readableText, anchor: .middle)
        }
      }
    }
    let frame = Box(
      x: Float(layout.left) - 1, y: Float(layout.top) - 1, width: Float(layout.side) + 1, height: Float(layout.side) + 1
    )
    canvas.stroke(frame, width: 1, PlotStyle.axis)
  }

  private static func percent(_ part: Int, of whole: Int) -> String {
    let share = 100 * Double(part) / Double(max(whole, 1))
    return share < 0.05 ? "" : PlotScale.fixed(share, 1)
  }

  /// What the colours mean.
  private func drawScale(_ layout: Layout, on canvas: inout Canvas) {
    let left = Float(layout.left + layout.side + 26), top = Float(layout.top)
    let height = Float(min(max(layout.side, 60), 260))
    for y in 0..<Int(height) {
      let color = PlotStyle.heat(1 - (Double(y) + 0.5) / Double(height))
      canvas.fill(Box(x1: left, y1: top + Float(y), x2: left + 16, y2: top + Float(y) + 1), color)
    }
    canvas.stroke(Box(x1: left, y1: top, x2: left + 16, y2: top + height), width: 1, PlotStyle.axis)
    for (share, text) in [(0, "0 %"), (0.5, "50 %"), (1, "100 %")] as [(Float, String)] {
      canvas.text(text, x: left + 24, y: top + height * (1 - share), size: 13, PlotStyle.faintInk)
    }
  }
}
