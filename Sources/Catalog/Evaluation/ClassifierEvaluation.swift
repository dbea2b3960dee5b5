import Classification
import Datasets
import Imaging
import Models
import Support
import TensorCore
import Training

/// Scores a classifier on a labelled data set.
public struct ClassifierEvaluation {
  /// What came out.
  public struct Result: Sendable {
    /// Counts of true and predicted classes, of the network's classes.
    public var metrics: ClassificationMetrics
    /// Pictures that could not be used.
    public var quarantined: [DatasetFault]
  }

  private let classifier: Classifier
  private let dataset: any Dataset
  /// The network's class of each of the data set's.
  private let classes: [Int]
  private let options: Loader<(PreparedImage, Int)>.Options

  /// An evaluation. The set's classes are found among the network's by their names; a set whose classes are only
  /// numbers, and a network without names, go by their order. Throws `TrainingError.inconsistent` where they do not fit.
  public init(
    _ classifier: Classifier, on dataset: any Dataset, batch: Int = 32, threads: Int? = nil, budget: Int = 100
  ) throws(TrainingError) {
    self.classifier = classifier
    self.dataset = dataset
    classes = try ClassNames.places(of: dataset, among: classifier.labels, of: classifier.model)
    options = Loader<(PreparedImage, Int)>.Options(
      batchSize: batch, threads: threads, quarantineBudget: budget, masks: [])
  }

  /// Runs over the whole set; `progress` gets how many pictures are done and how many there are, and stops the run where it is false.
  public func callAsFunction(progress: (Int, Int) -> Bool = { _, _ in true }) throws -> Result {
    let classifier = classifier, classes = classes, dataset = dataset
    var metrics: ClassificationMetrics?
    let loader = Loader(dataset, sampler: Sampler(.sequential), options: options) { sample, place in
      guard let label = sample.label, classes.indices.contains(label) else {
        throw TrainingError.inconsistent("\(dataset.path): \(dataset.name(at: place.index)) has no class")
      }
      return (try classifier.prepare(sample.image), classes[label])
    }
    try loader.forEachBatch(epoch: 0, from: 0) { batch, position in
      let scores = try classifier.scores(batch.map(\.0))
      let names = (0..<scores.shape[1]).map {
        classifier.labels.indices.contains($0) ? classifier.labels[$0] : "class \($0)"
      }
      var sum = metrics ?? ClassificationMetrics(classes: names)
      try sum.add(scores: scores, targets: batch.map(\.1))
      metrics = sum
      return progress(position, dataset.count)
    }
    guard let metrics else { throw TrainingError.inconsistent("\(dataset.path): no picture could be read") }
    return Result(metrics: metrics, quarantined: loader.quarantined)
  }
}
