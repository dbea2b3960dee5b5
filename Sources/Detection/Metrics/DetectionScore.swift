import Imaging
import Training

/// The score of a detector while it trains: COCO's average precision, and AP50 and AP75.
public final class DetectionScore: ConfusionScore, PicturedScore {
  /// All that was compared.
  public private(set) var detection = DetectionMetrics()
  /// The same of masks, where the network finds them.
  public private(set) var masks: DetectionMetrics?
  private let labels: [String]
  private var kept: (images: Int, metrics: [(name: String, value: Double)])?

  /// A score of classes of these names; with `masks` those are compared too.
  public init(labels: [String], masks: Bool = false) {
    self.labels = labels
    if masks { self.masks = DetectionMetrics(.masks) }
  }

  /// Adds a picture.
  public func add(_ found: [Detection], truth: [SampleObject], image: Int) throws(TrainingError) {
    try detection.add(found, truth: truth, image: image)
    try masks?.add(found, truth: truth, image: image)
  }

  /// `ap`, `ap50` and `ap75`, and those of masks with `mask_` before; 0 where the truth has no objects.
  public var metrics: [(name: String, value: Double)] {
    if let kept, kept.images == detection.images { return kept.metrics }
    func three(_ prefix: String, _ metrics: DetectionMetrics) -> [(name: String, value: Double)] {
      metrics.summary.values.prefix(3).map { (prefix + $0.name, max($0.value, 0)) }
    }
    let metrics = three("", detection) + (masks.map { three("mask_", $0) } ?? [])
    kept = (detection.images, metrics)
    return metrics
  }

  /// More precision is better.
  public var isMoreBetter: Bool { true }

  /// What classes were taken for, the background as the last.
  public var classification: ClassificationMetrics {
    (try? detection.classification(classes: labels)) ?? ClassificationMetrics(classes: labels)
  }

  /// Objects are counted.
  public var counted: String { "objects" }

  /// The curves over the confidence.
  public func pictures() throws -> [(name: String, image: Image)] {
    [("precision_recall", try ConfidenceCurves(detection).plot(title: "Detection", names: labels).image())]
  }
}
