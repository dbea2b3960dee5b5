import Imaging

/// Draws one panel of a plot of curves.
struct PanelDrawing {
  let panel: CurvePlot.Panel
  let axis: String
  let frame: Box

  private static let textSize: Float = 14

  /// Where the curves are.
  private var area: Box { Box(x1: frame.x1 + 66, y1: frame.y1 + 58, x2: frame.x2 - 22, y2: frame.y2 - 52) }

  func draw(on canvas: inout Canvas) {
    let area = area
    let points = panel.series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    let isShare = panel.shareAxis != nil, isLogarithmic = panel.isLogarithmic
    let across = isShare ? PlotScale.shares : PlotScale(points.map(\.x), count: 8, isWhole: true)
    let up = isShare ? PlotScale.shares : PlotScale(points.map(\.y), count: 6, isLogarithmic: isLogarithmic)
    canvas.text(panel.title, x: area.x1, y: frame.y1 + 16, size: 17, PlotStyle.ink)
    drawLegend(on: &canvas)
    drawAxes(across, up, on: &canvas)
    func place(_ point: (x: Double, y: Double)) -> (x: Float, y: Float) {
      (
        area.x1 + Float(across.place(point.x)) * (area.x2 - area.x1),
        area.y2 - Float(up.place(point.y)) * (area.y2 - area.y1)
      )
    }
    for series in panel.series {
      let color = PlotStyle.line(series.color)
      let parts = series.points.split { !($0.x.isFinite && $0.y.isFinite && (!isLogarithmic || $0.y > 0)) }
      for part in parts {
        let line = part.map(place)
        canvas.polyline(line, width: series.width, color)
        // Few points are shown as such.
        if series.points.count <= 12 { for point in line { canvas.disc(x: point.x, y: point.y, radius: 3.6, color) } }
      }
      mark(series, color, place, on: &canvas)
    }
  }

  /// The legend: on the line below the title, from the left.
  private func drawLegend(on canvas: inout Canvas) {
    var x = area.x1
    let y = frame.y1 + 40
    for series in panel.series where !series.name.isEmpty {
      let width = Float(Canvas.textWidth(series.name, size: Self.textSize))
      guard x + width + 30 < frame.x2 else { break }
      canvas.polyline([(x + 1, y), (x + 19, y)], width: 3.2, PlotStyle.line(series.color))
      canvas.text(series.name, x: x + 26, y: y, size: Self.textSize, PlotStyle.ink)
      x += width + 46
    }
  }

  private func drawAxes(_ across: PlotScale, _ up: PlotScale, on canvas: inout Canvas) {
    let area = area
    for tick in up.ticks {
      let y = (area.y2 - Float(up.place(tick.value)) * (area.y2 - area.y1)).rounded()
      canvas.fill(Box(x1: area.x1, y1: y, x2: area.x2, y2: y + 1), PlotStyle.grid)
      canvas.text(tick.text, x: area.x1 - 9, y: y + 0.5, size: Self.textSize, PlotStyle.faintInk, anchor: .end)
    }
    for tick in across.ticks {
      let x = (area.x1 + Float(across.place(tick.value)) * (area.x2 - area.x1)).rounded()
      canvas.fill(Box(x1: x, y1: area.y1, x2: x + 1, y2: area.y2), PlotStyle.grid)
      canvas.text(tick.text, x: x, y: area.y2 + 17, size: Self.textSize, PlotStyle.faintInk, anchor: .middle)
    }
    canvas.fill(Box(x1: area.x1, y1: area.y2, x2: area.x2 + 1, y2: area.y2 + 1), PlotStyle.axis)
    canvas.fill(Box(x1: area.x1, y1: area.y1, x2: area.x1 + 1, y2: area.y2 + 1), PlotStyle.axis)
    canvas.text(
      panel.shareAxis ?? axis, x: (area.x1 + area.x2) / 2, y: area.y2 + 38, size: Self.textSize, PlotStyle.faintInk,
      anchor: .middle)
  }

  /// A ring around the best value, which is written beside it.
  private func mark(
    _ series: CurvePlot.Series, _ color: Color, _ place: ((x: Double, y: Double)) -> (x: Float, y: Float),
    on canvas: inout Canvas
  ) {
    guard series.best != nil else { return }
    let isLogarithmic = panel.isLogarithmic
    let known = series.points.filter { $0.x.isFinite && $0.y.isFinite && (!isLogarithmic || $0.y > 0) }
    guard let direction = series.best, let best = known.reduce(nil, { direction.better($0, $1) }) else { return }
    let spot = place(best), area = area
    canvas.disc(x: spot.x, y: spot.y, radius: 6.5, color)
    canvas.disc(x: spot.x, y: spot.y, radius: 3.8, PlotStyle.paper)
    let text = PlotScale.text(best.y, digits: abs(best.y) < 1 ? 4 : abs(best.y) < 100 ? 2 : 1)
    let width = Float(Canvas.textWidth(text, size: Self.textSize)) + 10
    // On the side of the curve where it was worse, inside of the axes.
    var y = direction == .lower ? spot.y + 20 : spot.y - 20
    if y > area.y2 - 10 { y = spot.y - 20 }
    if y < area.y1 + 10 { y = spot.y + 20 }
    let left = min(max(spot.x - width / 2, area.x1 + 4), area.x2 - width - 2)
    canvas.fill(
      Box(x1: left, y1: y - 10, x2: left + width, y2: y + 10), radius: 4, PlotStyle.paper, opacity: 0.85)
    canvas.text(text, x: left + 5, y: y, size: Self.textSize, color)
  }
}
