import Training

extension ConfidenceCurves {
  /// Four panels: F1, precision and recall over the confidence, and precision over recall. All classes' mean is thick; up to six classes
  /// are told apart by colours, more are grey. `names` are those of the classes by their numbers.
  public func plot(title: String, names: [String]) -> CurvePlot {
    let confidences = Self.confidences
    func panel(
      _ title: String, _ axis: String, _ x: [Double], best: Bool = false, _ curve: (ClassCurves) -> [Double]
    ) -> CurvePlot.Panel {
      var series: [CurvePlot.Series] = classes.enumerated().map { index, entry in
        let name = names.indices.contains(entry.label) ? names[entry.label] : "class \(entry.label)"
        var series = CurvePlot.Series(
          name: classes.count > 6 ? "" : name, points: points(x, curve(entry)),
          color: classes.count > 6 ? -1 : index + 1)
        series.width = 1.4
        return series
      }
      var mean = CurvePlot.Series(
        name: "all classes", points: points(x, mean(curve)), color: 0, best: best ? .higher : nil)
      mean.width = 3.2
      series.append(mean)
      var panel = CurvePlot.Panel(title: title, series: series)
      panel.shareAxis = axis
      return panel
    }
    let ap = classes.isEmpty ? 0 : classes.reduce(0) { $0 + $1.ap50 } / Double(classes.count)
    let at = best.map { ", best at \(Self.text($0.confidence))" } ?? ""
    return CurvePlot(
      title: title,
      panels: [
        panel("F1 by confidence" + at, "confidence", confidences, best: true, \.f1),
        panel(
          "precision by recall, AP50 \(Self.text(ap))", "recall", PrecisionRecall.cocoRecalls, \.precisionByRecall),
        panel("precision by confidence", "confidence", confidences, \.precision),
        panel("recall by confidence", "confidence", confidences, \.recall),
      ])
  }

  private func points(_ x: [Double], _ y: [Double]) -> [(x: Double, y: Double)] { zip(x, y).map { ($0, $1) } }

  private static func text(_ value: Double) -> String {
    let whole = Int((value * 1000).rounded())
    return "\(whole / 1000)." + String(String(1000 + whole % 1000).dropFirst())
  }
}
