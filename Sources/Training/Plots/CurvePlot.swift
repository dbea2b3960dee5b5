import Imaging

/// Curves over epochs, in panels side by side.
public struct CurvePlot: Sendable {
  /// A curve.
  public struct Series: Sendable {
    /// What the legend calls it.
    public var name: String
    /// Places and values; those that are not finite make gaps.
    public var points: [(x: Double, y: Double)]
    /// A place in the plot's colours; grey below 0.
    public var color: Int
    /// Whether its best value is marked: the highest, the lowest, or none.
    public var best: MetricDirection?
    /// The line's width in pixels.
    public var width: Float = 2.4

    /// A curve.
    public init(name: String, points: [(x: Double, y: Double)], color: Int = 0, best: MetricDirection? = nil) {
      self.name = name
      self.points = points
      self.color = color
      self.best = best
    }
  }

  /// Curves on one pair of axes.
  public struct Panel: Sendable {
    /// What stands above it.
    public var title: String
    /// Its curves.
    public var series: [Series]
    /// What the horizontal axis is where both axes are shares, 0 to 1; nil for the plot's axis of whole numbers.
    public var shareAxis: String?

    /// A panel.
    public init(title: String, series: [Series]) {
      self.title = title
      self.series = series
    }

    /// Losses and the like that span more than two orders of magnitude are shown in decades; rates go down to nothing.
    var isLogarithmic: Bool {
      guard shareAxis == nil else { return false }
      let values = series.flatMap { $0.points.map(\.y) }.filter(\.isFinite).sorted()
      guard let low = values.first, let high = values.last, low > 0, !title.contains("rate") else {
        return false
      }
      // A few small values alone do not make a scale.
      return high / values[values.count / 10] > 100
    }
  }

  /// What stands above all.
  public var title: String
  /// The panels, row by row.
  public var panels: [Panel]
  /// What the horizontal axes are.
  public var axis = "epoch"

  /// A plot.
  public init(title: String, panels: [Panel]) {
    self.title = title
    self.panels = panels
  }

  static let panelWidth = 620, panelHeight = 400, head = 64

  /// The picture: panels of 620 x 400 pixels, at most three side by side. Throws `ImageError` for too many panels.
  public func image() throws(ImageError) -> Image {
    let shown = panels.isEmpty ? [Panel(title: "nothing measured yet", series: [])] : panels
    let columns = shown.count <= 3 ? shown.count : shown.count == 4 ? 2 : 3
    let rows = (shown.count + columns - 1) / columns
    var canvas = try Canvas(
      width: columns * Self.panelWidth + 24, height: rows * Self.panelHeight + Self.head + 12, PlotStyle.paper)
    canvas.text(title, x: 28, y: 34, size: 24, PlotStyle.ink)
    for (index, panel) in shown.enumerated() {
      let left = Float(12 + index % columns * Self.panelWidth)
      let top = Float(Self.head + index / columns * Self.panelHeight)
      PanelDrawing(
        panel: panel, axis: axis,
        frame: Box(x: left, y: top, width: Float(Self.panelWidth), height: Float(Self.panelHeight))
      ).draw(on: &canvas)
    }
    return canvas.image
  }
}

extension CurvePlot {
  /// The curves of a run: a panel a metric, training and validation in it, losses first, speeds and times left out.
  public init(title: String, _ table: MetricsTable) {
    var groups: [(name: String, columns: [MetricName])] = []
    for name in table.columns.map(MetricName.init) where name.isPlotted && !table.series(name.column).isEmpty {
      if let place = groups.firstIndex(where: { $0.name == name.metric }) {
        groups[place].columns.append(name)
      } else {
        groups.append((name.metric, [name]))
      }
    }
    let order = { (name: String) in name == "loss" ? 0 : name.contains("learning_rate") || name == "lr" ? 2 : 1 }
    let sorted = groups.enumerated().sorted {
      (order($0.element.name), $0.offset) < (order($1.element.name), $1.offset)
    }
    let panels = sorted.map(\.element).map { group in
      Panel(
        title: group.name,
        series: group.columns.map { name in
          Series(
            name: name.part ?? name.metric, points: table.series(name.column).map { (Double($0.epoch), $0.value) },
            color: name.color, best: name.isValidation ? name.direction : nil)
        })
    }
    self.init(title: title, panels: panels)
  }
}
