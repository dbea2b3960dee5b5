import Datasets
import Imaging
import Segmentation
import Support
import Training

/// Scores a segmenter on a data set with masks, at the masks' own sizes.
public struct SegmenterEvaluation {
  /// What came out.
  public struct Result: Sendable {
    /// What pixels of the network's classes were taken for.
    public var metrics: SegmentationMetrics
    /// Pictures that could not be used.
    public var quarantined: [DatasetFault]
  }

  private let segmenter: Segmenter
  private let dataset: PixelDataset
  /// The network's class of each label of the masks; void for those that it does not have.
  private let table: [UInt8]
  private let options: Loader<(PreparedImage, ClassMap)>.Options

  /// Pictures with masks.
  public var count: Int { dataset.count }
  /// Classes of the masks that the network does not have: their pixels do not count.
  public let unknown: [String]

  /// An evaluation. Classes are found among the network's by their names; masks whose classes have none go by number. `ignored` is
  /// a label that does not count. Throws `DatasetError` where there are no masks, `TrainingError.inconsistent` where no class is
  /// common.
  public init(
    _ segmenter: Segmenter, on dataset: any Dataset, ignored: Int = 255, batch: Int = 8, threads: Int? = nil,
    budget: Int = 100
  ) throws {
    self.segmenter = segmenter
    let labels = segmenter.labels
    let pixels = try PixelDataset(dataset, ignored: ignored)
    let found = ClassNames.matches(pixels.classes, among: labels)
    var table = [UInt8](repeating: PixelDataset.void, count: 256)
    if pixels.classes.isEmpty {
      self.dataset = try PixelDataset(dataset, names: labels, ignored: ignored)
      for label in labels.indices where label < 255 { table[label] = UInt8(label) }
      unknown = []
    } else {
      guard found.contains(where: { $0 != nil }) else {
        throw TrainingError.inconsistent(
          "\(dataset.path): \(segmenter.model) has none of its classes, such as '\(pixels.classes[0])'")
      }
      self.dataset = pixels
      for (label, own) in found.enumerated() { if let own, own < 255 { table[label] = UInt8(own) } }
      unknown = zip(pixels.classes, found).filter { $1 == nil }.map(\.0)
    }
    self.table = table
    options = Loader<(PreparedImage, ClassMap)>.Options(batchSize: batch, threads: threads, quarantineBudget: budget)
  }

  /// Runs over the whole set; `progress` gets how many pictures are done and how many there are, and stops the run where it is
  /// false. Throws `TrainingError.inconsistent` where no picture can be used.
  public func callAsFunction(progress: (Int, Int) -> Bool = { _, _ in true }) throws -> Result {
    let segmenter = segmenter, dataset = dataset, table = table
    var metrics = SegmentationMetrics(classes: segmenter.labels)
    let loader = Loader(dataset, sampler: Sampler(.sequential), options: options) { sample, place in
      guard let map = sample.classMap else {
        throw TrainingError.inconsistent("\(dataset.path): \(dataset.name(at: place.index)) has no mask")
      }
      let truth = try ClassMap(width: map.width, height: map.height, classes: map.classes.map { table[Int($0)] })
      return (try segmenter.prepare(sample.image), truth)
    }
    var used = 0
    try loader.forEachBatch(epoch: 0, from: 0) { batch, position in
      for (map, item) in zip(try segmenter.segment(anySize: batch.map(\.0)), batch) {
        try metrics.add(truth: item.1, predicted: map)
        used += 1
      }
      return progress(position, dataset.count)
    }
    guard used > 0 else {
      let first = loader.quarantined.first.map { ", the first of them: \($0)" } ?? ""
      throw TrainingError.inconsistent("\(dataset.path): none of \(dataset.count) pictures can be used\(first)")
    }
    return Result(metrics: metrics, quarantined: loader.quarantined)
  }
}
