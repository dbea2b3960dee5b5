import ArgumentParser
import Catalog
import Classification
import Datasets
import Detection
import Segmentation
import Support
import Training

/// `vision evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Score a model on a labelled data set.",
    discussion: """
      Of classifiers: the share of pictures whose class is the most probable one (top1) or among the five most probable \
      (top5), and for each class precision and recall. Of segmenters: the mean intersection over union (miou), the share of \
      pixels that are right, the mean of the classes' shares, each class's intersection over union. Of detectors: COCO's \
      twelve numbers and Pascal VOC's average precision at an overlap of 0.5 (voc_ap50; voc07_ap50 over eleven points), for \
      boxes and, where there are some, masks. Classes are matched by name. With -o a picture of the confusion matrix; of \
      detectors also one of curves.

      EXAMPLES
        vision evaluate runs/finetune --data ./hotdog --split test
        vision evaluate resnet20_cifar10 --data cifar10.zip --split test --json
        vision evaluate yolox_nano --data coco.zip -o scores.png
        vision evaluate lraspp_mobilenet_v3_large --data VOC2012 --split val
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
  @Option(help: ArgumentHelp("Segmenters: a label of masks that does not count, beside 255.", valueName: "label"))
  var ignoreIndex = 255
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
    let quarantined: [DatasetFault]
    switch loaded.task {
    case .classification: quarantined = try evaluate(Classifier(loaded), on: dataset, part)
    case .segmentation: quarantined = try evaluate(Segmenter(loaded), on: dataset, part)
    case .detection: quarantined = try evaluate(Detector(loaded), on: dataset, part)
    case .styleTransfer:
      throw CatalogError.wrongTask(
        model: loaded.id, task: loaded.task.name, wanted: "evaluation (classification, detection or segmentation)")
    }
    if Console.isRunCancelled { throw CommandEnd(code: .interrupted) }
    if !quarantined.isEmpty { throw CommandEnd(code: .partial) }
  }

  /// Shows progress over so many pictures while `body` runs, then names what was left out.
  func watched<Result>(
    _ count: Int, _ body: ((Int, Int) -> Bool) throws -> (result: Result, quarantined: [DatasetFault])
  ) rethrows -> (result: Result, quarantined: [DatasetFault]) {
    var bar = Progress(total: count, unit: "pictures"), shown = 0
    let outcome = try body { done, _ in
      while shown < done {
        shown += 1
        bar.advance()
      }
      return !Console.isRunCancelled
    }
    Console.shared.endProgress()
    for fault in outcome.quarantined { Console.shared.warning("left out: \(fault.description)") }
    return outcome
  }

  private func evaluate(
    _ classifier: Classifier, on dataset: any Dataset, _ part: String?
  ) throws -> [DatasetFault] {
    let evaluation = try ClassifierEvaluation(
      classifier, on: dataset, batch: max(modelOptions.batch, 8), budget: quarantineBudget)
    let (metrics, quarantined) = try watched(dataset.count) { progress in
      let result = try evaluation(progress: progress)
      return (result.metrics, result.quarantined)
    }
    if let output { try AtomicFile.write(ConfusionPlot(metrics).image().pngData(), to: output) }
    common.json ? json(classifier, part, metrics) : text(part, metrics)
    return quarantined
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
