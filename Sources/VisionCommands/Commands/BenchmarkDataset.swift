import ArgumentParser
import Augmentation
import Datasets
import Imaging
import Support

/// `vision datasets benchmark`.
struct BenchmarkDataset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Time the loader: decoding, a recipe, batches of floats.",
    discussion: """
      Each epoch goes through the whole set in another order with other random numbers, as training does. The figure of \
      all is the fastest epoch's: the first may wait for the disk.

      EXAMPLES
        vision datasets benchmark photos --recipe imagenet-train
        vision datasets benchmark photos --recipe imagenet-train --steps --threads 1
        vision datasets benchmark photos.zip --recipe mine.json --batch 64 --threads 4 --epochs 5 --json
      """)

  @OptionGroup var input: DatasetInput
  @Option(
    help: ArgumentHelp("The recipe: a YAML or JSON file, or a name.", valueName: "file|name"), completion: .recipes)
  var recipe: String
  @Option(help: ArgumentHelp("Samples a batch.", valueName: "n")) var batch = 32
  @Option(help: ArgumentHelp("Times the whole set is gone through.", valueName: "n")) var epochs = 2
  @Option(help: ArgumentHelp("Seed of the order and of the recipe's numbers.", valueName: "n")) var seed: UInt64 = 0
  @Option(
    help: ArgumentHelp(
      "Decode JPEGs at a half, a quarter or an eighth while both sides keep this many pixels (other pixels come out).",
      valueName: "n"))
  var smallestSide: Int?
  @Flag(help: "Time each step of the recipe by itself instead (decode first, floats last), on 32 pictures.")
  var steps = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (1...4096).contains(batch) else { throw ValidationError("--batch is \(batch); expected 1 to 4096") }
    guard (1...1000).contains(epochs) else { throw ValidationError("--epochs is \(epochs); expected 1 to 1000") }
    if let smallestSide, !(1...65535).contains(smallestSide) {
      throw ValidationError("--smallest-side is \(smallestSide); expected 1 to 65535")
    }
  }

  func run() throws {
    common.apply()
    let recipe = try AugmentationRun.recipe(recipe)
    let dataset = try input.open()
    guard dataset.count > 0 else { throw DatasetError.missing(file: input.data, fault: "there are no pictures in it") }
    var benchmark = LoaderBenchmark(recipe: recipe)
    benchmark.options.batchSize = batch
    benchmark.options.decode.smallestSide = smallestSide
    if let threads = common.threads { benchmark.options.threads = threads }
    benchmark.epochs = epochs
    benchmark.seed = seed
    if steps { return try showSteps(benchmark, dataset) }
    var progress = Progress(total: dataset.count * epochs, unit: "pictures")
    let report = try benchmark(dataset) { count in
      for _ in 0..<count { progress.advance() }
      return !Console.isRunCancelled
    }
    Console.shared.endProgress()
    if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
    for fault in report.quarantined { Console.shared.error(Failure(fault)) }
    show(report, threads: benchmark.options.threads)
    if !report.quarantined.isEmpty { throw CommandEnd(code: .partial) }
  }

  private func showSteps(_ benchmark: LoaderBenchmark, _ dataset: any Dataset) throws {
    var progress = Progress(total: min(32, dataset.count), unit: "pictures")
    let steps = try benchmark.steps(dataset) { count in
      for _ in 0..<count { progress.advance() }
      return !Console.isRunCancelled
    }
    Console.shared.endProgress()
    if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
    guard common.json else {
      let lines = steps.map { "\($0.name): \(Self.rounded($0.microseconds, 10)) us" }
      return Console.shared.result(lines.joined(separator: "\n"))
    }
    let values = steps.map {
      JSONValue.object([("step", .string($0.name)), ("microseconds", .double($0.microseconds))])
    }
    Console.shared.result(
      JSONValue.object([("data", .string(input.data)), ("recipe", .string(recipe)), ("steps", .array(values))]).text)
  }

  private func show(_ report: LoaderBenchmark.Report, threads: Int) {
    let memory = Double(MemoryUse.peakBytes) / 1e6
    guard common.json else {
      let lines = report.epochs.enumerated().map { index, epoch in
        "epoch \(index + 1): \(epoch.images) pictures in \(Self.rounded(epoch.seconds, 100)) s"
          + ", \(Self.rounded(epoch.imagesPerSecond, 10)) images/s"
      }
      let all =
        "\(input.data): batch \(batch), \(threads) threads: \(Self.rounded(report.imagesPerSecond, 10)) images/s"
        + ", peak memory \(Self.rounded(memory, 10)) MB"
      return Console.shared.result((lines + [all]).joined(separator: "\n"))
    }
    let epochs = report.epochs.map { epoch in
      JSONValue.object([
        ("images", .int(epoch.images)), ("seconds", .double(epoch.seconds)),
        ("images_per_second", .double(epoch.imagesPerSecond)),
      ])
    }
    Console.shared.result(
      JSONValue.object([
        ("data", .string(input.data)), ("recipe", .string(recipe)), ("batch", .int(batch)), ("threads", .int(threads)),
        ("images_per_second", .double(report.imagesPerSecond)), ("peak_rss_mb", .double(memory)),
        ("epochs", .array(epochs)),
      ]).text)
  }

  private static func rounded(_ value: Double, _ factor: Double) -> Double { (value * factor).rounded() / factor }
}
