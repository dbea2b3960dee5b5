import Imaging
import Support

/// Gives a data set's samples in batches, read ahead on threads: in the same order with the same samples on any number of them.
///
/// Damaged pictures go into quarantine and are skipped, their places in the batches filled by the ones that follow. At most `window`
/// samples are in memory beside the batch being handed out.
public final class Loader<Output: Sendable>: Sendable {
  /// How to load.
  public struct Options: Sendable {
    /// Samples a batch.
    public var batchSize = 1
    /// Whether a last batch of fewer samples is left out.
    public var dropsLast = false
    /// Threads that read and decode.
    public var threads: Int
    /// Samples read ahead; nil takes twice the batch and twice the threads.
    public var window: Int?
    /// Damaged pictures that are skipped before loading fails.
    public var quarantineBudget = 100
    /// How pictures are decoded.
    public var decode = DecodeOptions()

    /// The defaults but for what is named; `threads` nil takes as many as compute.
    public init(batchSize: Int = 1, threads: Int? = nil, quarantineBudget: Int = 100, masks: MaskKinds = .all) {
      self.batchSize = batchSize
      self.threads = threads ?? ThreadPool.shared.threadCount
      self.quarantineBudget = quarantineBudget
      decode.masks = masks
    }
  }

  /// A sample's place in the set and in the epoch, from which random numbers are drawn.
  public struct Place: Sendable, Hashable {
    /// The picture's place in the set.
    public var index: Int
    /// The epoch.
    public var epoch: Int
    /// The place in the epoch's order: repeated pictures differ by it.
    public var position: Int
  }

  private let dataset: any Dataset
  private let sampler: Sampler
  private let options: Options
  private let cache: SampleCache?
  private let quarantine = Quarantine()
  private let transform: @Sendable (Sample, Place) throws -> Output

  /// A loader. `transform` is called on many threads and must be a function of its arguments alone.
  public init(
    _ dataset: any Dataset, sampler: Sampler, options: Options = Options(), cache: SampleCache? = nil,
    transform: @escaping @Sendable (Sample, Place) throws -> Output
  ) {
    self.dataset = dataset
    self.sampler = sampler
    self.options = options
    self.cache = cache
    self.transform = transform
  }

  /// Pictures that were skipped so far, each once.
  public var quarantined: [DatasetFault] { quarantine.faults }

  /// Calls `body` with each batch of an epoch, in order; where it returns false, the epoch ends.
  ///
  /// - Throws: what `body` and `transform` throw; `DatasetError` for settings that do not fit, and for the damaged picture that
  ///   goes over the budget.
  public func forEachBatch(epoch: Int, _ body: ([Output]) throws -> Bool) throws {
    try forEachBatch(epoch: epoch, from: 0) { batch, _ in try body(batch) }
  }

  /// The number of samples of an epoch, damaged ones included. Throws `DatasetError` for a sampler that does not fit.
  public func sampleCount(epoch: Int) throws -> Int { try sampler.indices(count: dataset.count, epoch: epoch).count }

  /// As `forEachBatch(epoch:_:)`, from a place in the epoch's order on; `body` also gets the place behind the batch, from which an
  /// interrupted epoch goes on with the same batches.
  public func forEachBatch(epoch: Int, from start: Int, _ body: ([Output], Int) throws -> Bool) throws {
    let order = try sampler.indices(count: dataset.count, epoch: epoch).dropFirst(max(start, 0))
    let size = max(options.batchSize, 1), threads = max(options.threads, 1)
    let reader = ReadAhead(count: order.count, window: options.window ?? 2 * size + 2 * threads, workers: threads) {
      [self] number in
      let position = order.startIndex + number
      return load(Place(index: order[position], epoch: epoch, position: position))
    }
    defer { reader.stop() }
    var batch: [Output] = []
    batch.reserveCapacity(size)
    var position = order.startIndex
    while let next = reader.next() {
      position += 1
      switch next {
      case .success(let output): batch.append(output)
      case .failure(let error as DatasetError) where error.exitCode == .damagedInput || error.exitCode == .missingInput:
        guard quarantine.add(error) <= options.quarantineBudget else { throw error }
        continue
      case .failure(let error): throw error
      }
      guard batch.count == size else { continue }
      guard try body(batch, position) else { return }
      batch.removeAll(keepingCapacity: true)
    }
    if !batch.isEmpty, !options.dropsLast { _ = try body(batch, position) }
  }

  private func load(_ place: Place) -> Result<Output, any Error> {
    // Every processor has a picture of its own already: loops over rows are not shared out.
    ThreadPool.workAlone()
    return Result {
      let sample =
        if let cache { try cache.sample(dataset, place.index, options.decode) } else {
          try dataset.sample(at: place.index, options: options.decode)
        }
      return try transform(sample, place)
    }
  }
}
