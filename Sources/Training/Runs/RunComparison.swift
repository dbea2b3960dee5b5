import Imaging

/// Several runs side by side: their best values, what differs in their recipes, their curves.
public struct RunComparison: Sendable {
  /// A setting that is not the same everywhere.
  public struct Difference: Sendable, Equatable {
    /// The setting, such as `optimizer.momentum`.
    public var key: String
    /// Each run's value; nil where its recipe has none.
    public var values: [String?]
  }

  /// The runs.
  public let runs: [RunSummary]

  /// Compares runs.
  public init(_ runs: [RunSummary]) { self.runs = runs }

  /// Names that tell the runs apart: their folders' names, or their paths where two are the same.
  public var names: [String] {
    let names = runs.map(\.folder.name)
    return Set(names).count == names.count ? names : runs.map(\.folder.path)
  }

  /// The metrics that have a best value in one run or more, in the order of their first run.
  public var metrics: [String] {
    var known: [String] = []
    for run in runs { for best in run.best where !known.contains(best.metric) { known.append(best.metric) } }
    return known
  }

  /// Each run's best value of a metric; nil where it has none.
  public func best(_ metric: String) -> [RunSummary.Best?] {
    runs.map { run in run.best.first { $0.metric == metric } }
  }

  /// The settings that differ, in the order of the recipes.
  public var differences: [Difference] {
    var keys: [String] = []
    var seen: Set<String> = []
    for run in runs { for setting in run.settings where seen.insert(setting.key).inserted { keys.append(setting.key) } }
    let tables = runs.map { run in Dictionary(run.settings.map { ($0.key, $0.value) }) { first, _ in first } }
    return keys.compactMap { key in
      let values = tables.map { $0[key] }
      return Set(values).count > 1 ? Difference(key: key, values: values) : nil
    }
  }

  /// The runs' curves, a panel a metric, a colour a run: validation where there is some, else what there is.
  public var plot: CurvePlot {
    var columns: [String] = []
    for run in runs {
      for column in run.table.columns where !columns.contains(column) && !run.table.series(column).isEmpty {
        columns.append(column)
      }
    }
    let names = columns.map(MetricName.init).filter(\.isPlotted)
    let validated = Set(names.filter { $0.part != nil && $0.part != "train" }.map(\.metric))
    let shown = names.filter { $0.part != "train" || !validated.contains($0.metric) }
    let labels = self.names
    let panels = shown.map { name in
      CurvePlot.Panel(
        title: name.column.split(separator: "_").joined(separator: " "),
        series: runs.enumerated().compactMap { index, run in
          let points = run.table.series(name.column).map { (x: Double($0.epoch), y: $0.value) }
          return points.isEmpty
            ? nil : CurvePlot.Series(name: labels[index], points: points, color: index, best: name.direction)
        })
    }
    return CurvePlot(title: "\(runs.count) runs", panels: panels)
  }
}
