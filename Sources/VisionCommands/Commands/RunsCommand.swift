import ArgumentParser
import Support
import Training

/// `vision runs`.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Training runs: their metrics, their recipes, their curves side by side.",
    discussion: """
      A run is a folder that 'vision train' or 'vision finetune' made, named by its path or by its name in the folder of runs.

      EXAMPLES
        vision runs list
        vision runs show train-2
        vision runs compare train train-2 -o curves.png
      """,
    subcommands: [ListRuns.self, ShowRun.self, CompareRuns.self])
}

/// Where runs are looked for.
struct RunRootOption: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of the runs.", valueName: "folder")) var root = "runs"
}

/// `vision runs list`.
struct ListRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "All runs with their epochs and best values.")

  @OptionGroup var runs: RunRootOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    var code = Support.ExitCode.success
    var lines: [[String]] = []
    for folder in try RunFolder.all(in: runs.root) {
      do {
        let run = try RunSummary(folder)
        if common.json { Console.shared.result(RunReport.line(run).text) } else { lines.append(RunReport.row(run)) }
      } catch {
        Console.shared.error(Failure(error))
        code = .partial
      }
    }
    if lines.isEmpty, !common.json, code == .success { Console.shared.note("\(runs.root): no runs yet") }
    if !lines.isEmpty {
      RunReport.table(["run", "epochs", "best", "", "at epoch"], lines).forEach(Console.shared.result)
    }
    if code != .success { throw CommandEnd(code: code) }
  }
}

/// `vision runs show`.
struct ShowRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A run: its epochs, best values, settings and files.")

  @Argument(help: "The run: its folder, or its name in the folder of runs.") var name: String
  @OptionGroup var runs: RunRootOption
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    let summary = try RunSummary(RunFolder.find(name, in: runs.root))
    if common.json {
      Console.shared.result(RunReport.json(summary).text)
    } else {
      RunReport.text(summary).forEach(Console.shared.result)
    }
  }
}

/// `vision runs compare`.
struct CompareRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Best values of several runs, what differs in their recipes, their curves.")

  @Argument(help: "Two runs or more: folders, or names in the folder of runs.") var names: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("A picture of their curves (PNG).", valueName: "file"))
  var output: String?
  @OptionGroup var runs: RunRootOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard names.count >= 2 else { throw ValidationError("name two runs or more to compare") }
    guard names.count <= 100 else { throw ValidationError("\(names.count) runs; at most 100 are compared") }
    guard output?.isEmpty != true else { throw ValidationError("--output is empty; expected a file") }
  }

  func run() throws {
    common.apply()
    let comparison = RunComparison(
      try names.map { try RunSummary(RunFolder.find($0, in: runs.root)) })
    if let output { try AtomicFile.write(comparison.plot.image().pngData(), to: output) }
    if common.json {
      Console.shared.result(RunReport.json(comparison, output: output).text)
    } else {
      RunReport.text(comparison).forEach(Console.shared.result)
      if let output { Console.shared.result("curves -> \(output)") }
    }
  }
}
