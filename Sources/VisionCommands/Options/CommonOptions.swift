import ArgumentParser
import Support
import TensorCore

/// Options that every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Results as JSON Lines on standard output.") var json = false
  @Flag(name: .shortAndLong, help: "No progress and no notes on standard error; errors are still shown.") var quiet =
    false
  @Flag(help: "Details on standard error.") var verbose = false
  @Option(help: ArgumentHelp("Threads that compute (default: the processors this process may use).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); expected 1 to 1024")
    }
  }

  /// Puts them into force. Called first by every command.
  func apply() {
    Console.shared.configure(quiet: quiet, verbose: verbose)
    if let threads { ThreadPool.setSharedThreadCount(threads) }
  }
}

/// Options of commands that run a model.
struct ModelOptions: ParsableArguments {
  @Option(
    help: "Weights: a .safetensors, .pth or darknet .weights file, a manifest's id, or 'random' (see --seed).",
    completion: .weights)
  var weights: String?
  @Option(help: ArgumentHelp("Seed of random weights.", valueName: "n")) var seed: UInt64 = 0
  @Flag(help: "Download nothing.") var offline = false
  @Option(help: "Arithmetic of products: fp32 or bf16.") var precision = Precision.fp32
  @Option(help: ArgumentHelp("Images that go through the network at a time.", valueName: "n")) var batch = 1

  func validate() throws {
    guard weights?.isEmpty != true else {
      throw ValidationError("--weights is empty; expected a file, an id, or 'random'")
    }
    guard (1...1024).contains(batch) else { throw ValidationError("--batch is \(batch); expected 1 to 1024") }
  }
}

extension Precision: ExpressibleByArgument {}
