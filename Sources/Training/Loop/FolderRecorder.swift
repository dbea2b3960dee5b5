import Checkpoints
import Imaging
import Models
import NeuralNetwork
import Support
import TensorCore

/// Keeps a run in its folder: metrics as CSV and for TensorBoard, pictures of the curves and of what classes are taken for, the last
/// and the best weights.
public final class FolderRecorder: RunRecorder {
  private let folder: RunFolder
  /// What weights files and the state say of the network.
  public let metadata: [String: String]
  private let classes: [String]
  private let resumes: Bool
  private var log: MetricsLog?
  private var events: EventFile?

  /// A recorder of a folder that is there. `metadata` goes into the weights files. A run that goes on keeps what is in the folder
  /// up to where it goes on.
  public init(_ folder: RunFolder, metadata: [String: String], classes: [String], resumes: Bool) throws {
    self.folder = folder
    self.metadata = metadata
    self.classes = classes
    self.resumes = resumes
  }

  /// `state.safetensors`.
  public var statePath: String { folder.state }

  /// Writes metrics, pictures and weights.
  public func record(_ reports: [EpochReport], _ score: any TrainingScore, _ parameters: ParameterStore) throws {
    guard let report = reports.last else { return }
    let values = Self.values(report)
    let log: MetricsLog
    if let kept = self.log {
      log = kept
    } else {
      log = try MetricsLog(
        path: folder.metrics, columns: values.map(\.name), resumingAfter: report.epoch - 1)
      self.log = log
    }
    try log.append(epoch: report.epoch, Dictionary(values.map { ($0.name, $0.value) }) { first, _ in first })
    let events = try self.events ?? EventFile(folder: folder.path, resumingAt: resumes ? report.epoch : nil)
    self.events = events
    events.scalars(values.map { (tag: $0.name, value: $0.value) }, step: report.epoch)
    try write(CurvePlot(title: folder.name, log.table).image(), to: folder.curves)
    if let score = score as? any ConfusionScore, score.classification.count > 0 {
      var plot = ConfusionPlot(score.classification)
      plot.counted = score.counted
      let picture = try plot.image()
      try write(picture, to: folder.confusion)
      if report.isBest { try events.image("confusion", picture, step: report.epoch) }
    }
    if report.isBest, let score = score as? any PicturedScore {
      for (name, picture) in try score.pictures() {
        try write(picture, to: Path.join(folder.path, name + ".png"))
        try events.image(name, picture, step: report.epoch)
      }
    }
    try events.flush()
    let weights = try parameters.stateDictionary()
    try weights.writeSafeTensors(path: folder.last, metadata: metadata)
    if report.isBest { try weights.writeSafeTensors(path: folder.best, metadata: metadata) }
  }

  private static func values(_ report: EpochReport) -> [(name: String, value: Double)] {
    [("train_loss", report.trainLoss)] + report.metrics.map { ("val_" + $0.name, $0.value) }
      + [("learning_rate", report.learningRate), ("images_per_second", report.imagesPerSecond)]
  }

  private func write(_ image: Image, to path: String) throws { try AtomicFile.write(image.pngData(), to: path) }

  /// Writes `preview.png`.
  public func recordPreview(_ picture: Image, step: Int) throws { try write(picture, to: folder.preview) }

  /// Writes the list of damaged files, where there are any.
  public func recordQuarantine(_ faults: [String]) throws {
    guard !faults.isEmpty else { return }
    try AtomicFile.write(Array((faults.joined(separator: "\n") + "\n").utf8), to: folder.quarantine)
  }

  /// Ends the logs.
  public func finish(_ reports: [EpochReport]) throws { try events?.flush() }
}

/// A score that knows what classes were taken for.
public protocol ConfusionScore: TrainingScore {
  /// Counts of true and predicted classes.
  var classification: ClassificationMetrics { get }
  /// What is counted, such as `pictures`.
  var counted: String { get }
}

extension ConfusionScore {
  /// Pictures.
  public var counted: String { "pictures" }
}

/// A score that draws itself.
public protocol PicturedScore: TrainingScore {
  /// Pictures by the names of their files, without an ending; kept of the best epoch.
  func pictures() throws -> [(name: String, image: Image)]
}
