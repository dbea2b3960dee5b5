import Datasets
import Imaging
import Support
import Training

/// What a segmenter is trained and validated on, looked through before the first step.
public struct PixelData: Sendable {
  /// Training pictures.
  public let training: PixelDataset
  /// Validation pictures; nil for none.
  public let validation: PixelDataset?
  /// Pixels of each class in the training pictures that were looked at.
  public let counts: [Int]
  /// What a person should know, such as classes that nobody has.
  public let notes: [String]

  /// Pictures that are looked at before the first step, spread over the set; what is wrong in others is found when they are read.
  static let looked = 1000

  /// Opens the pictures with masks of both parts. Classes without names are counted in all masks.
  ///
  /// Throws `DatasetError` where there are no masks, `TrainingError.inconsistent` where none can be used.
  public init(
    training: any Dataset, validation: (any Dataset)?, names: [String] = [], ignored: Int = 255, threads: Int = 1
  ) throws {
    var train = try PixelDataset(training, names: names, ignored: ignored)
    var held = try validation.map { base throws(DatasetError) in
      try PixelDataset(base, names: names, ignored: ignored)
    }
    let isUnnamed = train.classes.isEmpty
    var survey = try PixelSurvey(train, limit: isUnnamed ? nil : Self.looked, threads: threads)
    let other = try held.map { try PixelSurvey($0, limit: isUnnamed ? nil : Self.looked, threads: threads) }
    if isUnnamed {
      let last = max(survey.largest, other?.largest ?? -1)
      let names = (0..<max(last + 1, 0)).map { "class \($0)" }
      train = train.named(names)
      held = held.map { $0.named(names) }
    }
    let classes = train.classes
    guard classes.count > 1 else {
      throw TrainingError.inconsistent("\(training.path): its masks have \(classes.count) class; expected at least 2")
    }
    survey.counts = Array(survey.counts.prefix(classes.count))
    let missing = classes.indices.filter { survey.counts[$0] == 0 }.map { classes[$0] }
    var notes: [String] = []
    if !missing.isEmpty {
      let shown = missing.prefix(8).joined(separator: ", ") + (missing.count > 8 ? ", ..." : "")
      notes.append("no pixel of \(shown) in the \(survey.pictures) training masks that were looked at")
    }
    (self.training, self.validation, counts, self.notes) = (train, held, survey.counts, notes)
  }

  /// Weights that make every class weigh as much as the others: the inverse of its share of the pixels; 1 for classes that
  /// nobody has.
  public var balancedWeights: [Float] {
    let total = Double(counts.reduce(0, +)), present = counts.count { $0 > 0 }
    return counts.map { $0 > 0 ? Float(total / (Double(present) * Double($0))) : 1 }
  }
}

/// Counts the labels of a set's masks.
struct PixelSurvey {
  /// Pixels of each of the 256 labels.
  var counts = [Int](repeating: 0, count: 256)
  /// Masks that were read.
  private(set) var pictures = 0

  /// Reads at most `limit` samples, spread over the set. Throws `TrainingError.inconsistent` where none can be read.
  init(_ dataset: PixelDataset, limit: Int?, threads: Int) throws {
    let wanted = min(limit ?? dataset.count, dataset.count)
    let subset = SubsetDataset(dataset, indices: (0..<wanted).map { $0 * dataset.count / max(wanted, 1) })
    let options = Loader<[Int]>.Options(batchSize: 16, threads: threads, quarantineBudget: .max)
    let loader = Loader(subset, sampler: Sampler(.sequential), options: options) { sample, _ in
      sample.classMap?.pixelCounts ?? []
    }
    try loader.forEachBatch(epoch: 0) { batch in
      for sample in batch {
        pictures += 1
        for (label, count) in sample.enumerated() { counts[label] += count }
      }
      return true
    }
    if pictures == 0 {
      let first = loader.quarantined.first.map { ", the first of them: \($0)" } ?? ""
      throw TrainingError.inconsistent("\(dataset.path): none of \(wanted) pictures with masks can be used\(first)")
    }
  }

  /// The largest label that is one.
  var largest: Int { counts.indices.last { counts[$0] > 0 && $0 != Int(PixelDataset.void) } ?? -1 }
}
