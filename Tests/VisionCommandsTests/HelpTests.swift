import Foundation
import Testing

/// The help of every command, word for word: `Scripts/golden/help` writes it anew when it is meant to change.
@Suite struct HelpTests {
  static let commands = [
    "vision", "detect", "segment", "classify", "embed", "explain", "style-transfer", "convert", "augment", "run",
    "infer", "benchmark", "train", "finetune", "evaluate",
    "doctor", "models",
    "models list", "models show", "models pull", "models verify",
    "datasets", "datasets show", "datasets check", "datasets convert", "datasets benchmark",
    "datasets make", "datasets make scenes", "datasets make hotdog",
    "runs", "runs list", "runs show", "runs compare",
  ]

  @Test(arguments: commands) func isAsItWas(command: String) throws {
    let words = command == "vision" ? [] : command.split(separator: " ").map(String.init)
    let run = try Program.run(words + ["--help"])
    let name = command.replacingOccurrences(of: " ", with: "-")
    let golden = Program.root + "/Tests/VisionCommandsTests/Goldens/help/\(name).txt"
    #expect(run.code == 0 && run.errors.isEmpty)
    #expect(try run.output == String(contentsOfFile: golden, encoding: .utf8))
    #expect(run.lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE") }, "wider than a terminal")
    #expect(try Program.run(["help"] + words).output == run.output)
  }

  /// Options of the contract that a command must offer.
  @Test(arguments: [
    ("detect", ["--model", "--weights", "--confidence", "--iou", "--max-detections", "--format", "--annotations"]),
    ("detect", ["--output", "--json", "--threads", "--batch", "--seed", "--offline", "--precision", "--quiet"]),
    ("segment", ["--model", "--weights", "--output", "--opacity", "--json", "--batch", "--threads"]),
    ("style-transfer", ["--model", "--style", "--weights", "--output", "--size", "--quality", "--batch", "--json"]),
    ("convert", ["--output", "--format", "--size", "--shortest", "--longest", "--filter", "--quality", "--json"]),
    ("infer", ["--model", "--weights", "--input", "--output", "--seed", "--json"]),
    ("doctor", ["--json", "--threads"]),
  ])
  func namesItsOptions(command: String, options: [String]) throws {
    let help = try Program.run([command, "--help"]).output
    for option in options { #expect(help.contains(option), "\(command) says nothing of \(option)") }
  }

  @Test func aBareCallShowsWhatThereIs() throws {
    let run = try Program.run([])
    #expect(run.code == 0)
    #expect(run.output.contains("detect") && run.output.contains("models"))
    #expect(try Program.run(["--version"]).output.hasPrefix("vision "))
  }
}
