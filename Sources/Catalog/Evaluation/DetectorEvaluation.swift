import Datasets
import Detection
import Imaging
import Models
import Support
import TensorCore
import Training

/// Scores a detector on a data set whose objects are known.
public struct DetectorEvaluation {
  /// What came out.
  public struct Result: Sendable {
    /// The data set's classes.
    public var classes: [String]
    /// The comparison of boxes.
    public var boxes = DetectionMetrics()
    /// That of masks, where the network finds them and the data set has them.
    public var masks: DetectionMetrics?
    /// Pictures that could not be used.
    public var quarantined: [DatasetFault] = []

    /// All numbers by name, those of masks with `mask_` before.
    public var values: [(name: String, value: Double)] {
      boxes.values + (masks.map { $0.values.map { ("mask_" + $0.name, $0.value) } } ?? [])
    }
  }

  private struct Item: Sendable {
    var picture: PreparedImage
    var truth: [SampleObject]
    var areas: [Double]?
    var index: Int
  }

  private let detector: Detector
  private let dataset: any Dataset
  /// The set's class of each of the network's.
  private let places: [Int: Int]
  private let settings: DetectionSettings
  private let options: Loader<Item>.Options
  private let findsMasks: Bool

  /// An evaluation. Classes are the same by name. Without settings, as `DetectionSettings.measuring`.
  /// Throws `TrainingError.inconsistent` where classes do not fit.
  public init(
    _ detector: Detector, on dataset: any Dataset, settings: DetectionSettings? = nil, batch: Int = 8,
    threads: Int? = nil, budget: Int = 100
  ) throws(TrainingError) {
    self.detector = detector
    self.dataset = dataset
    let classes = try ClassNames.places(of: dataset, among: detector.labels, of: detector.model)
    places = Dictionary(classes.enumerated().map { ($1, $0) }) { first, _ in first }
    self.settings = settings ?? .measuring(detector.network)
    findsMasks = (detector.network as? any TorchvisionDetector)?.findsMasks ?? false
    // Networks that resize within themselves take pictures of any size, one at a time.
    let atOnce = detector.contract.size == nil ? 1 : batch
    options = Loader<Item>.Options(
      batchSize: atOnce, threads: threads, quarantineBudget: budget, masks: findsMasks ? .objects : [])
  }

  /// Runs over the whole set; `progress` gets how many pictures are done and how many there are, and stops the run where it is false.
  public func callAsFunction(progress: (Int, Int) -> Bool = { _, _ in true }) throws -> Result {
    var result = Result(classes: dataset.classes)
    let (detector, dataset, findsMasks) = (detector, dataset, findsMasks)
    var masks = DetectionMetrics(.masks), hasMasks = false
    let loader = Loader(dataset, sampler: Sampler(.sequential), options: options) { sample, place in
      guard let objects = sample.objects else {
        throw TrainingError.inconsistent("\(dataset.path): of \(dataset.name(at: place.index)) no objects are known")
      }
      let areas = try dataset.record(at: place.index).objects?.map { $0.details?.area ?? $0.width * $0.height }
      return Item(
        picture: try detector.prepare(sample.image), truth: objects, areas: areas?.count == objects.count ? areas : nil,
        index: place.index)
    }
    try loader.forEachBatch(epoch: 0, from: 0) { batch, position in
      for (item, found) in zip(batch, try detector.detect(batch.map(\.picture), settings)) {
        let known = found.map { detection in
          var detection = detection
          detection.classIndex = places[detection.classIndex] ?? -1
          return detection
        }
        try result.boxes.add(known, truth: item.truth, areas: item.areas, image: item.index)
        if findsMasks { try masks.add(known, truth: item.truth, areas: item.areas, image: item.index) }
        hasMasks = hasMasks || item.truth.contains { $0.mask != nil }
      }
      return progress(position, dataset.count)
    }
    guard result.boxes.images > 0 else {
      throw TrainingError.inconsistent("\(dataset.path): no picture could be read")
    }
    if findsMasks, hasMasks { result.masks = masks }
    result.quarantined = loader.quarantined
    return result
  }
}
