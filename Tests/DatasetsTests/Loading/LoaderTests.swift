import Augmentation
import Datasets
import Foundation
import Imaging
import Testing

@Suite struct LoaderTests {
  private let fixture = Fixture()

  /// Forty pictures, told apart by their first byte.
  private func set(damaged: [Int] = []) throws -> any Dataset {
    for index in 0..<40 {
      let name = "set/\(index % 2 == 0 ? "a" : "b")/\(String(index + 100)).png"
      if damaged.contains(index) {
        try fixture.write(name, "no picture")
      } else {
        try fixture.picture(name, shade: index)
      }
    }
    return try DatasetReader.open(fixture.path("set"))
  }

  private func batches(
    _ set: any Dataset, threads: Int, epoch: Int = 0, budget: Int = 100, cache: SampleCache? = nil,
    dropsLast: Bool = false
  ) throws -> [[UInt8]] {
    var options = Loader<UInt8>.Options()
    (options.batchSize, options.threads, options.quarantineBudget, options.dropsLast) = (7, threads, budget, dropsLast)
    let loader = Loader<UInt8>(set, sampler: Sampler(.shuffled, seed: 5), options: options, cache: cache) { sample, _ in
      sample.image.pixels[0]
    }
    var all: [[UInt8]] = []
    try loader.forEachBatch(epoch: epoch) { batch in
      all.append(batch)
      return true
    }
    return all
  }

  @Test func theOrderIsTheSameOnAnyNumberOfThreads() throws {
    let set = try set()
    let one = try batches(set, threads: 1)
    #expect(one.map(\.count) == [7, 7, 7, 7, 7, 5] && one.flatMap(\.self).sorted() == Array(0..<40))
    for threads in [2, 3, 8] { #expect(try batches(set, threads: threads) == one) }
    #expect(try batches(set, threads: 2, epoch: 1) != one)
    #expect(try batches(set, threads: 2, dropsLast: true).count == 5)
  }

  @Test func damagedFilesAreSkippedUpToABudget() throws {
    let set = try set(damaged: [3, 17])
    let whole = try batches(set, threads: 1)
    let good: [UInt8] = (0..<40).filter { (index: UInt8) -> Bool in index != 3 && index != 17 }
    #expect(whole.flatMap(\.self).sorted() == good)
    #expect(whole.map(\.count) == [7, 7, 7, 7, 7, 3])
    #expect(try batches(set, threads: 4) == whole)
    #expect(message { _ = try batches(set, threads: 4, budget: 1) }.contains("not a picture"))
  }

  @Test func anEpochEndsWhereItsReaderSaysSo() throws {
    let loader = Loader<Int>(try set(), sampler: Sampler(.sequential)) { _, place in place.index }
    var seen: [Int] = []
    try loader.forEachBatch(epoch: 0) { batch in
      seen += batch
      return seen.count < 3
    }
    #expect(seen == [0, 1, 2])
  }

  @Test func cachesGiveTheSameByContent() throws {
    let set = try set()
    let expected = try batches(set, threads: 2)
    for cache in [SampleCache(.memory(bytes: 1 << 20)), SampleCache(.disk(folder: fixture.path("cache")))] {
      #expect(try batches(set, threads: 2, cache: cache) == expected && cache.hits == 0)
      #expect(try batches(set, threads: 2, cache: cache) == expected && cache.hits == 40)
    }
    // A changed file is another key; a broken entry is not believed.
    try fixture.picture("set/a/100.png", shade: 200)
    let changed = try batches(
      DatasetReader.open(fixture.path("set")), threads: 2, cache: SampleCache(.disk(folder: fixture.path("cache"))))
    #expect(changed.flatMap(\.self).contains(200))
    for name in try FileManager.default.contentsOfDirectory(atPath: fixture.path("cache")) {
      try fixture.write("cache/" + name, "broken")
    }
    #expect(
      try batches(
        DatasetReader.open(fixture.path("set")), threads: 2, cache: SampleCache(.disk(folder: fixture.path("cache"))))
        == changed)
  }

  @Test func aFullMemoryCacheTakesNoMore() throws {
    // A picture is 8 x 6 x 3 = 144 bytes.
    let cache = SampleCache(.memory(bytes: 3 * 144))
    for _ in 0..<2 { _ = try batches(set(), threads: 1, cache: cache) }
    #expect(cache.hits == 3)
  }

  @Test func jpegsMayComeSmaller() throws {
    let pixels = (0..<400 * 200).map { UInt8($0 % 400 / 2) }
    let jpeg = try Image(width: 400, height: 200, format: .gray, pixels: pixels).jpegData(quality: 95)
    try fixture.write("set/JPEGImages/a.jpg", jpeg)
    try fixture.write(
      "set/Annotations/a.xml",
      "<annotation><object><name>x</name><bndbox><xmin>41</xmin><ymin>21</ymin><xmax>200</xmax><ymax>100</ymax></bndbox>"
        + "</object></annotation>")
    let set = try DatasetReader.open(fixture.path("set"))
    for (side, width) in [(201, 400), (200, 400), (100, 200), (50, 100), (26, 100), (25, 50), (1, 50)] {
      let sample = try set.sample(at: 0, options: DecodeOptions(smallestSide: side))
      #expect(sample.image.width == width, "\(side)")
      let scale = Float(width) / 400
      #expect(sample.objects?[0].box == Box(x1: 40, y1: 20, x2: 200, y2: 100).scaled(x: scale, y: scale))
      // The ramp stays a ramp: each pixel near the mean of those it stands for.
      let step = 400 / width
      for x in stride(from: 4, to: width - 4, by: 7) {
        let mean = Float(x * step + step / 2) / 2
        #expect(abs(Float(sample.image.pixels[(width * 5 + x) * 3]) - mean) < 4)
      }
    }
  }

  @Test func theBenchmarkCountsEveryPictureAndEveryStep() throws {
    let set = try set(damaged: [3])
    let recipe = try Recipe(["random_horizontal_flip", ["resize": ["size": [5, 4]]]])
    var benchmark = LoaderBenchmark(recipe: recipe)
    (benchmark.options.batchSize, benchmark.options.threads, benchmark.epochs) = (16, 2, 3)
    let report = try benchmark(set)
    #expect(report.epochs.map(\.images) == [39, 39, 39] && report.quarantined.count == 1)
    #expect(report.epochs.allSatisfy { $0.seconds > 0 } && report.imagesPerSecond > 0)
    let steps = try benchmark.steps(try self.set(), count: 2, repeats: 2)
    #expect(steps.map(\.name) == ["decode", "random_horizontal_flip", "resize", "batch"])
    #expect(steps.allSatisfy { $0.microseconds > 0 })
    var batches = 0
    let stopped = try benchmark(set) { _ in
      batches += 1
      return false
    }
    #expect(batches == 1 && stopped.epochs.map(\.images) == [16])
  }
}
