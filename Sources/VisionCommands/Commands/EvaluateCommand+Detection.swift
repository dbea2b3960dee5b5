import Catalog
import Datasets
import Detection
import Support
import Training

extension EvaluateCommand {
  /// Scores a detector; gives what was left out.
  func evaluate(_ detector: Detector, on dataset: any Dataset, _ part: String?) throws -> [DatasetFault] {
    var settings = DetectionSettings.measuring(detector.network)
    settings.confidence = confidence ?? settings.confidence
    settings.iou = iou ?? settings.iou
    let evaluation = try DetectorEvaluation(
      detector, on: dataset, settings: settings, batch: max(modelOptions.batch, 8), budget: quarantineBudget)
    let (result, quarantined) = try watched(dataset.count) { progress in
      let result = try evaluation(progress: progress)
      return (result, result.quarantined)
    }
    if let output { try draw(result, to: output) }
    common.json ? json(detector, part, result) : text(part, result)
    return quarantined
  }

  private func draw(_ result: DetectorEvaluation.Result, to output: String) throws {
    var plot = ConfusionPlot(try result.boxes.classification(classes: result.classes))
    plot.counted = "objects"
    try AtomicFile.write(plot.image().pngData(), to: output)
    let curves = try ConfidenceCurves(result.boxes).plot(title: model, names: result.classes).image()
    let stem = output.lowercased().hasSuffix(".png") ? String(output.dropLast(4)) : output
    try AtomicFile.write(curves.pngData(), to: stem + "-curves.png")
  }

  private func text(_ part: String?, _ result: DetectorEvaluation.Result) {
    let numbers = result.values.filter { $0.value >= 0 }
      .map { "\($0.name) \(Shown.decimals($0.value, 4))" }.joined(separator: ", ")
    Console.shared.result("\(data)\(part.map { " (\($0))" } ?? ""): \(result.boxes.images) pictures, \(numbers)")
    for entry in result.boxes.perClass where entry.objects > 0 {
      Console.shared.result(
        "  \(result.classes[entry.label]): ap \(Shown.decimals(entry.ap, 3)), ap50 \(Shown.decimals(entry.ap50, 3)), "
          + "\(entry.objects) objects")
    }
    if let best = ConfidenceCurves(result.boxes).best {
      Console.shared.result(
        "  best F1 \(Shown.decimals(best.f1, 3)) at a confidence of \(Shown.decimals(best.confidence, 3)): precision "
          + "\(Shown.decimals(best.precision, 3)), recall \(Shown.decimals(best.recall, 3))")
    }
  }

  private func json(_ detector: Detector, _ part: String?, _ result: DetectorEvaluation.Result) {
    let classes = result.boxes.perClass.filter { $0.objects > 0 }.map { entry in
      JSONValue.object([
        ("label", .string(result.classes[entry.label])), ("ap", .double(entry.ap)), ("ap50", .double(entry.ap50)),
        ("ap75", .double(entry.ap75)), ("voc_ap50", .double(entry.vocAP50)), ("objects", .int(entry.objects)),
      ])
    }
    let best = ConfidenceCurves(result.boxes).best.map { best in
      JSONValue.object([
        ("confidence", .double(best.confidence)), ("precision", .double(best.precision)),
        ("recall", .double(best.recall)), ("f1", .double(best.f1)),
      ])
    }
    Console.shared.result(
      JSONValue.object([
        ("model", .string(detector.model)), ("data", .string(data)), ("split", part.map(JSONValue.string) ?? .null),
        ("pictures", .int(result.boxes.images)),
        ("metrics", .object(result.values.map { ($0.name, .double($0.value)) })), ("best_f1", best ?? .null),
        ("classes", .array(classes)),
      ]).text)
  }
}
