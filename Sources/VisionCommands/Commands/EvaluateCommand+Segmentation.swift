import Catalog
import Datasets
import Segmentation
import Support
import Training

extension EvaluateCommand {
  /// Scores a segmenter; gives what was left out.
  func evaluate(_ segmenter: Segmenter, on dataset: any Dataset, _ part: String?) throws -> [DatasetFault] {
    let evaluation = try SegmenterEvaluation(
      segmenter, on: dataset, ignored: ignoreIndex, batch: modelOptions.batch, budget: quarantineBudget)
    if !evaluation.unknown.isEmpty {
      Console.shared.warning(
        "\(segmenter.model) does not know \(evaluation.unknown.joined(separator: ", ")): their pixels do not count")
    }
    let (metrics, quarantined) = try watched(evaluation.count) { progress in
      let result = try evaluation(progress: progress)
      return (result.metrics, result.quarantined)
    }
    if let output {
      var plot = ConfusionPlot(metrics.confusion)
      plot.counted = "pixels"
      try AtomicFile.write(plot.image().pngData(), to: output)
    }
    let count = evaluation.count - quarantined.count
    common.json ? json(segmenter, part, count, metrics) : text(part, count, metrics)
    return quarantined
  }

  private func text(_ part: String?, _ count: Int, _ metrics: SegmentationMetrics) {
    Console.shared.result(
      "\(data)\(part.map { " (\($0))" } ?? ""): \(count) pictures, "
        + metrics.numbers.map { "\($0.name) \(Shown.decimals($0.value, 4))" }.joined(separator: ", "))
    for (entry, share) in zip(metrics.confusion.perClass, metrics.intersectionOverUnion) {
      guard let share else { continue }
      Console.shared.result(
        "  \(entry.name): iou \(Shown.decimals(share, 3)), precision \(Shown.decimals(entry.precision, 3)), "
          + "recall \(Shown.decimals(entry.recall, 3))")
    }
  }

  private func json(_ segmenter: Segmenter, _ part: String?, _ count: Int, _ metrics: SegmentationMetrics) {
    let classes = zip(metrics.confusion.perClass, metrics.intersectionOverUnion).compactMap { entry, share in
      share.map { share in
        JSONValue.object([
          ("label", .string(entry.name)), ("iou", .double(share)), ("precision", .double(entry.precision)),
          ("recall", .double(entry.recall)), ("pixels", .int(entry.support)),
        ])
      }
    }
    Console.shared.result(
      JSONValue.object([
        ("model", .string(segmenter.model)), ("data", .string(data)),
        ("split", part.map(JSONValue.string) ?? .null), ("pictures", .int(count)),
        ("metrics", .object(metrics.numbers.map { ($0.name, .double($0.value)) })), ("classes", .array(classes)),
      ]).text)
  }
}
