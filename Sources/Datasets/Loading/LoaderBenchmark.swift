import Augmentation
import Imaging
import Support
import TensorCore

/// Times a loader as training drives it: files are read and decoded, go through a recipe, and become batches of floats.
public struct LoaderBenchmark: Sendable {
  /// What an epoch took.
  public struct Epoch: Sendable, Hashable {
    /// Pictures that came out.
    public var images: Int
    /// From the first read to the last batch, seconds.
    public var seconds: Double

    /// Pictures a second.
    public var imagesPerSecond: Double { seconds > 0 ? Double(images) / seconds : 0 }
  }

  /// What is done to each picture.
  public var recipe: Recipe
  /// Batches, threads, decoding.
  public var options: Loader<Sample>.Options
  /// Epochs that are timed; each draws other numbers.
  public var epochs = 2
  /// Where the order and the recipe's numbers come from.
  public var seed: UInt64 = 0

  /// A benchmark of a recipe.
  public init(recipe: Recipe, options: Loader<Sample>.Options = .init()) {
    self.recipe = recipe
    self.options = options
  }

  /// Runs the epochs; `progress` gets the pictures of each batch and stops the run where it returns false.
  ///
  /// - Throws: `DatasetError`, or `AugmentationError` where the recipe does not suit the pictures or leaves them in sizes that do
  ///   not go together.
  public func callAsFunction(_ dataset: any Dataset, progress: (Int) -> Bool = { _ in true }) throws -> Report {
    let recipe = recipe, seed = seed
    let partner = dataset.partner(options.decode)
    let loader = Loader(dataset, sampler: Sampler(.shuffled, seed: seed), options: options) { sample, place in
      try recipe(sample, seed: seed, epoch: place.epoch, index: place.position, partner: partner)
    }
    let clock = ContinuousClock()
    var result: [Epoch] = []
    for epoch in 0..<max(epochs, 1) {
      var images = 0, goesOn = true
      let start = clock.now
      try loader.forEachBatch(epoch: epoch) { samples in
        let batch = try Tensor(samples: samples)
        images += batch.shape[0]
        goesOn = progress(samples.count)
        return goesOn
      }
      let parts = (clock.now - start).components
      result.append(Epoch(images: images, seconds: Double(parts.seconds) + Double(parts.attoseconds) * 1e-18))
      if !goesOn { break }
    }
    return Report(epochs: result, quarantined: loader.quarantined)
  }

  /// What was measured.
  public struct Report: Sendable {
    /// One an epoch.
    public var epochs: [Epoch]
    /// Pictures that were skipped.
    public var quarantined: [DatasetFault]

    /// Of the fastest epoch: what the machine can do when nothing else runs.
    public var imagesPerSecond: Double { epochs.map(\.imagesPerSecond).max() ?? 0 }
  }
}

extension Dataset {
  /// Gives other samples of this set to augmentations that mix several.
  public func partner(_ decode: DecodeOptions = DecodeOptions()) -> DrawContext.Partner {
    { (random: inout RandomDraws) throws(AugmentationError) in
      do throws(DatasetError) {
        return try sample(at: random.integer(below: count), options: decode)
      } catch { throw .sample("a mixing augmentation", error.description) }
    }
  }
}
