import ArgumentParser
import Catalog
import Imaging
import Support
import TensorCore

/// `vision benchmark`.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Time the bare network of a model.",
    discussion: """
      Random weights, unless --weights names some; without decoding, preparing and postprocessing; after warm-up.

      EXAMPLES
        vision benchmark resnet18
        vision benchmark yolox_s --batch 8 --threads 1 --runs 100 --json
        vision benchmark unet --input-size 256x256
        vision benchmark resnet18 --train --batch 8
        vision benchmark resnet50 --profile
      """)

  @Argument(help: "The model: an id of 'vision models list', or a darknet .cfg file.", completion: .models())
  var model: String
  @Option(help: ArgumentHelp("How many times the network is run.", valueName: "n")) var runs = 30
  @Option(help: ArgumentHelp("The input's size (default: the model's usual one).", valueName: "WxH"))
  var inputSize: String?
  @Flag(help: "Time every step of the compiled network instead, beside the most that this machine computes.")
  var profile = false
  @Option(
    help: ArgumentHelp(
      "A pass of the compiler to leave out: \(NetworkBenchmark.passes.joined(separator: ", ")); may be given several times.",
      valueName: "pass"))
  var without: [String] = []
  @Flag(help: "Time the forward and backward pass of a step of training instead.") var train = false
  @Flag(help: "With --train: of the last layer alone, the rest frozen.") var frozen = false
  @Flag(help: "Answer lines 'RUN seconds' with 'TIMES t1 t2 ...' until 'QUIT', so that contestants can take turns.")
  var interactive = false
  @Option(help: "With --interactive: the input as raw float32, little-endian.") var input: String?
  @Option(name: .shortAndLong, help: "With --interactive: where the first output is written, likewise.")
  var output: String?
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard runs > 0, runs <= 1_000_000 else { throw ValidationError("--runs is \(runs); expected 1 to 1000000") }
    if let inputSize { _ = try PixelSize(text: inputSize) }
    for name in without where !NetworkBenchmark.passes.contains(name) {
      throw ValidationError(
        "--without '\(name)' is no pass; expected one of \(NetworkBenchmark.passes.joined(separator: ", "))")
    }
    guard without.isEmpty || !train else { throw ValidationError("--without is not for --train") }
    guard train || !frozen else { throw ValidationError("--frozen is for --train") }
    guard !profile || !interactive else { throw ValidationError("--profile does not go with --interactive") }
    guard interactive || (input == nil && output == nil) else {
      throw ValidationError("--input and --output are for --interactive")
    }
  }

  func run() throws {
    common.apply()
    var options = modelOptions
    options.weights = options.weights ?? "random"
    let loaded = try ModelLoading.load(model, nil, options)
    let size = try inputSize.map(PixelSize.init(text:)).map { ImageSize(width: $0.width, height: $0.height) }
    let shape = loaded.inputShape(batch: options.batch, size: size)
    let benchmark: NetworkBenchmark
    do {
      benchmark = try NetworkBenchmark(
        loaded, shape: shape, values: input.map { try RawFloats.read(path: $0) },
        training: train ? (frozen ? .head : .all) : nil, without: without)
      if interactive {
        return try converse(benchmark)
      }
      // The first runs touch the memory and fill the caches.
      _ = try benchmark.run(count: 3)
      if profile {
        guard let steps = try benchmark.profile(count: runs, isCancelled: { Interruption.isRequested }) else {
          return Console.shared.note("\(loaded.id) cannot be compiled: it runs layer by layer")
        }
        if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
        return report(steps)
      }
    } catch let error as ShapeError {
      throw NetworkInputFault(model: loaded.id, source: input ?? "input \(shape)", reason: error.description)
    }
    let result = try benchmark.run(count: runs, isCancelled: { Interruption.isRequested })
    if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
    report(result, id: loaded.id)
  }

  private func converse(_ benchmark: NetworkBenchmark) throws {
    // Before anything else is computed: the outputs are not to stay in memory.
    if let output, let first = try benchmark.outputs().first { try RawFloats.write(first, to: output) }
    _ = try benchmark.run(seconds: 0.2)
    Console.shared.result("READY")
    while let line = readLine(), !Interruption.isRequested {
      let words = line.split(separator: " ")
      if words.first == "QUIT" { return }
      guard words.first == "RUN", words.count == 2, let seconds = Double(words[1]), seconds >= 0, seconds <= 3600 else {
        Console.shared.error(Failure(ConversationFault(line: line)))
        continue
      }
      let times = try benchmark.run(seconds: seconds, isCancelled: { Interruption.isRequested }).seconds
      Console.shared.result("TIMES " + times.map { "\($0)" }.joined(separator: " "))
    }
  }

  private func report(_ steps: [NetworkBenchmark.StepResult]) {
    let peak = KernelPeak.measured() / 1e9
    func share(_ step: NetworkBenchmark.StepResult) -> Double { peak > 0 ? step.gigaflops / peak : 0 }
    if common.json {
      for step in steps {
        Console.shared.result(
          JSONValue.object([
            ("layer", .string(step.layer)), ("algorithm", .string(step.algorithm)),
            ("ms", .double(step.seconds * 1000)), ("gflops", .double(step.gigaflops)),
            ("peak_share", .double(share(step))),
          ]).text)
      }
      return
    }
    let total = steps.reduce(0) { $0 + $1.seconds }
    let rows = steps.map { step in
      [
        step.layer.isEmpty ? "-" : step.layer, step.algorithm, "\(rounded(step.seconds * 1000, 4))",
        "\(rounded(total > 0 ? 100 * step.seconds / total : 0, 1))",
        step.multiplyAdds > 0 ? "\(rounded(step.gigaflops, 1))" : "",
        step.multiplyAdds > 0 ? "\(rounded(100 * share(step), 1))" : "",
      ]
    }
    RunReport.table(["layer", "algorithm", "ms", "%", "GFLOP/s", "% of peak"], rows, left: 2).forEach(
      Console.shared.result)
    let products = steps.reduce(0) { $0 + $1.multiplyAdds }
    let rate = total > 0 ? 2 * Double(products) / total / 1e9 : 0
    Console.shared.result(
      "\(steps.count) steps, \(rounded(total * 1000, 3)) ms, \(rounded(rate, 1)) GFLOP/s, "
        + "\(rounded(peak > 0 ? 100 * rate / peak : 0, 1))% of the peak of \(rounded(peak, 1))")
  }

  private func report(_ result: NetworkBenchmark.Result, id: String) {
    let threads = ThreadPool.shared.threadCount
    let memory = Double(MemoryUse.peakBytes) / 1e6
    guard common.json else {
      let speed = result.gigaflops.map { ", \(rounded($0, 1)) GFLOP/s" } ?? ""
      Console.shared.result(
        "\(id): batch \(result.batch), \(threads) threads, \(modelOptions.precision.rawValue): median "
          + "\(rounded(result.median * 1000, 3)) ms, minimum \(rounded(result.minimum * 1000, 3)) ms, "
          + "\(rounded(result.imagesPerSecond, 2)) images/s\(speed), peak memory \(rounded(memory, 1)) MB")
      return
    }
    Console.shared.result(
      JSONValue.object([
        ("model", .string(id)), ("batch", .int(result.batch)), ("threads", .int(threads)),
        ("precision", .string(modelOptions.precision.rawValue)), ("median_ms", .double(result.median * 1000)),
        ("min_ms", .double(result.minimum * 1000)), ("images_per_second", .double(result.imagesPerSecond)),
        ("gflops", result.gigaflops.map(JSONValue.double) ?? .null), ("peak_rss_mb", .double(memory)),
      ]).text)
  }

  private func rounded(_ value: Double, _ digits: Int) -> Double {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    return (value * factor).rounded() / factor
  }

  /// A line of the conversation that is none.
  private struct ConversationFault: ReportableError {
    let line: String
    var code: String { "benchmark.line" }
    var exitCode: Support.ExitCode { .usage }
    var description: String { "standard input: '\(line.prefix(40))' is not 'RUN seconds' or 'QUIT'" }
  }
}

/// Raw float32 files, little-endian.
enum RawFloats {
  /// The values of a file. Throws `FileError`.
  static func read(path: String) throws -> [Float] {
    let file = try MappedFile(path: path, limit: 1 << 34)
    return withExtendedLifetime(file) {
      (0..<file.bytes.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: file.bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }

  /// Writes a tensor's values as they lie in memory. Throws `FileError`.
  static func write(_ tensor: Tensor, to path: String) throws {
    let file = try AtomicFile(path: path)
    if tensor.spec.dtype == .float32 {
      try tensor.withUnsafeBytes { (bytes) throws(FileError) in try file.write(bytes) }
    } else {
      let floats = try Tensor(tensor.floats(), shape: tensor.shape)
      try floats.withUnsafeBytes { (bytes) throws(FileError) in try file.write(bytes) }
    }
    try file.commit()
  }
}

/// A network that cannot take an input.
struct NetworkInputFault: ReportableError {
  let model: String
  let source: String
  let reason: String
  var code: String { "input.shape" }
  var exitCode: Support.ExitCode { .damagedInput }
  var description: String { "\(source): does not suit \(model): \(reason)" }
}
