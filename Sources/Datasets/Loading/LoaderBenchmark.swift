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
    guard recipe.isOneToOne else {
      throw AugmentationError.recipe("it makes several samples of one, and a loader gives one for each")
    }
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

  /// Times each step of the recipe by itself on one thread, over at most `count` pictures: the means of each picture's least of
  /// `repeats` runs. "decode" comes first, "batch", the making of floats, last. Loops use the shared pool where it has threads.
  ///
  /// - Throws: as `callAsFunction`.
  public func steps(
    _ dataset: any Dataset, count: Int = 32, repeats: Int = 9, progress: (Int) -> Bool = { _ in true }
  ) throws -> [Step] {
    var sums = [Double](repeating: 0, count: recipe.steps.count + 2)
    let partner = dataset.partner(options.decode), count = min(count, dataset.count)
    for index in 0..<count {
      func timed<Value>(_ place: Int, _ body: () throws -> Value) throws -> Value {
        var result = try body()
        var least = Double.infinity
        for _ in 0..<max(repeats, 1) {
          let clock = ContinuousClock(), start = clock.now
          result = try body()
          let parts = (clock.now - start).components
          least = min(least, Double(parts.seconds) * 1e6 + Double(parts.attoseconds) * 1e-12)
        }
        sums[place] += least
        return result
      }
      var sample = try timed(0) { try dataset.sample(at: index, options: options.decode) }
      for (place, step) in recipe.steps.enumerated() {
        let random = RandomDraws(seed: seed, purpose: "recipe/\(place)/\(step.name)", epoch: 0, index: index)
        sample = try timed(place + 1) {
          var context = DrawContext(random, partner: partner)
          return try step.augmentation(sample, &context)
        }
      }
      _ = try timed(sums.count - 1) { try Tensor(samples: [sample]) }
      guard progress(1) else { break }
    }
    let names = ["decode"] + recipe.steps.map(\.name) + ["batch"]
    return zip(names, sums).map { Step(name: $0, microseconds: $1 / Double(max(count, 1))) }
  }

  /// What a step of the recipe takes.
  public struct Step: Sendable, Hashable {
    /// The step's name.
    public var name: String
    /// A picture.
    public var microseconds: Double
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
