import ArgumentParser
import Catalog
import Classification
import Datasets
import Detection
import Support
import Training

/// `vision evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Score a model on a labelled data set.",
    discussion: """
      Of classifiers: the share of pictures whose class is the most probable one (top1) or among the five most probable \
      (top5), and for each class precision and recall. Of detectors: COCO's twelve numbers and Pascal VOC's average precision \
      at an overlap of 0.5 (voc_ap50; voc07_ap50 over eleven points), for boxes and, where there are some, masks. Classes are \
      matched by name. With -o pictures: of classifiers the confusion matrix; of detectors that, and curves of precision and \
      recall beside it.

      EXAMPLES
        vision evaluate runs/finetune --data ./hotdog --split test
        vision evaluate resnet20_cifar10 --data cifar10.zip --split test --json
        vision evaluate yolox_nano --data coco.zip -o scores.png
      """)

  @Argument(
    help: "The model: an id of 'vision models list', the folder of a run, or a weights file of one.",
    completion: .models())
  var model: String
  @Option(help: ArgumentHelp("The data set: a folder or an archive.", valueName: "dir"), completion: .file())
  var data: String
  @Option(help: "Its format (default: found out by its files).") var format: DatasetFormat?
  @Option(help: "The part to score (default: test, val or validation where there is one, else all).") var split: String?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A PNG of the confusion matrix; of detectors also one of curves, its name ending in -curves.", valueName: "file"))
  var output: String?
  @Option(help: ArgumentHelp("Detectors: least score (default: the network's, or 0.001).", valueName: "score"))
  var confidence: Float?
  @Option(
    help: ArgumentHelp(
      "Detectors: overlap above which two boxes are one object (default: the network's, or 0.65).", valueName: "iou"))
  var iou: Float?
  @Option(help: ArgumentHelp("Damaged pictures that are put up with.", valueName: "n")) var quarantineBudget = 100
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    for (name, value) in [("--confidence", confidence), ("--iou", iou)] {
      if let value, !(0...1).contains(value) { throw ValidationError("\(name) is \(value); expected 0 to 1") }
    }
  }

  func run() throws {
    common.apply()
    let loaded = try ModelLoading.load(model, nil, modelOptions)
    let whole = try DatasetReader.open(data, options: DatasetOptions(format: format, split: split))
    var dataset: any Dataset = whole, part = split
    if split == nil, let own = ["test", "testing", "val", "valid", "validation"].first(where: whole.splits.contains) {
      dataset = SubsetDataset(whole, indices: whole.indices(ofSplit: own))
      part = own
    }
    if loaded.task == .detection { return try evaluate(Detector(loaded), on: dataset, part) }
    let classifier = try Classifier(loaded)
    let evaluation = try ClassifierEvaluation(
      classifier, on: dataset, batch: max(modelOptions.batch, 8), budget: quarantineBudget)
    let result = try evaluation(progress: progress(dataset.count))
    Console.shared.endProgress()
    if let output {
      let picture = try ConfusionPlot(result.metrics).image()
      try AtomicFile.write(picture.pngData(), to: output)
    }
    common.json ? json(classifier, part, result.metrics) : text(part, result.metrics)
    try end(result.quarantined)
  }

  /// Shows how far it is; false where it is to stop.
  func progress(_ count: Int) -> (Int, Int) -> Bool {
    var bar = Progress(total: count, unit: "pictures"), shown = 0
    return { done, _ in
      while shown < done {
        shown += 1
        bar.advance()
      }
      return !Console.isRunCancelled
    }
  }

  /// Names what was left out, and ends accordingly.
  func end(_ quarantined: [DatasetFault]) throws {
    for fault in quarantined { Console.shared.warning("left out: \(fault.description)") }
    if Console.isRunCancelled { throw CommandEnd(code: .interrupted) }
    if !quarantined.isEmpty { throw CommandEnd(code: .partial) }
  }

  private func text(_ part: String?, _ metrics: ClassificationMetrics) {
    let five = metrics.top5.map { metrics.classes.count > 5 ? ", top5 \(Shown.decimals($0, 4))" : "" } ?? ""
    Console.shared.result(
      "\(data)\(part.map { " (\($0))" } ?? ""): \(metrics.count) pictures, top1 \(Shown.decimals(metrics.top1, 4))\(five), "
        + "balanced \(Shown.decimals(metrics.balancedAccuracy, 4))")
    for entry in metrics.perClass where entry.support > 0 {
      Console.shared.result(
        "  \(entry.name): precision \(Shown.decimals(entry.precision, 3)), recall \(Shown.decimals(entry.recall, 3)), "
          + "\(entry.support) pictures")
    }
  }

  private func json(_ classifier: Classifier, _ part: String?, _ metrics: ClassificationMetrics) {
    let classes = metrics.perClass.filter { $0.support > 0 }.map { entry in
      JSONValue.object([
        ("label", .string(entry.name)), ("precision", .double(entry.precision)), ("recall", .double(entry.recall)),
        ("f1", .double(entry.f1)), ("support", .int(entry.support)),
      ])
    }
    let numbers: [(String, JSONValue)] = [
      ("top1", .double(metrics.top1)), ("top5", .double(metrics.top5 ?? .nan)),
      ("balanced_accuracy", .double(metrics.balancedAccuracy)), ("macro_f1", .double(metrics.macroF1)),
    ]
    Console.shared.result(
      JSONValue.object([
        ("model", .string(classifier.model)), ("data", .string(data)), ("split", part.map(JSONValue.string) ?? .null),
        ("pictures", .int(metrics.count)), ("metrics", .object(numbers)), ("classes", .array(classes)),
      ]).text)
  }
}
