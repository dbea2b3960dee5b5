import Imaging
import Training

/// The score of a segmenter on whole pictures at their own size, and a few of them to look at.
public final class SegmentationScore: ConfusionScore, PicturedScore {
  /// What pixels are taken for.
  public private(set) var segmentation: SegmentationMetrics
  private let shown: Set<Int>
  private var seen = 0
  private var rows: [SegmentationSheet.Row] = []

  /// An empty score; of `count` pictures a few, spread over all, are kept for the sheet.
  init(labels: [String], count: Int) {
    segmentation = SegmentationMetrics(classes: labels)
    let rows = SegmentationSheet.rows
    shown = Set((0..<rows).map { count > rows ? (2 * $0 + 1) * count / (2 * rows) : $0 })
  }

  /// Adds a picture.
  func add(_ image: Image?, truth: ClassMap, predicted: ClassMap) throws {
    try segmentation.add(truth: truth, predicted: predicted)
    if shown.contains(seen), let image {
      rows.append(SegmentationSheet.Row(image: image, truth: truth, predicted: predicted))
    }
    seen += 1
  }

  /// Pixels by their true and their predicted class.
  public var classification: ClassificationMetrics { segmentation.confusion }
  /// Pixels.
  public var counted: String { "pixels" }
  /// miou, pixel_accuracy, mean_accuracy.
  public var metrics: [(name: String, value: Double)] { segmentation.numbers }
  /// More is better.
  public var isMoreBetter: Bool { true }

  /// `validation`: some pictures with their truth and what was predicted.
  public func pictures() throws -> [(name: String, image: Image)] {
    rows.isEmpty ? [] : [("validation", try SegmentationSheet(labels: segmentation.classes).image(of: rows))]
  }
}
