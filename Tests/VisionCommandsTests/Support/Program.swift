import Foundation

/// The built program, run as a process of its own as a user would.
enum Program {
  /// How a run ended and what it said.
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String

    /// Standard output's lines.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
    /// Standard error's lines.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    /// Standard output as JSON Lines; throws where a line is anything else.
    func json() throws -> [[String: Any]] {
      try lines.map { line in
        guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
          throw Fault(description: "not a JSON object: \(line)")
        }
        return object
      }
    }
  }

  /// Why a test could not run the program at all.
  struct Fault: Error, CustomStringConvertible { let description: String }

  /// The package's folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The repository's own pictures.
  static func sample(_ name: String) -> String { root + "/SampleImages/" + name }

  /// `vision` in the build folder that this test bundle stands in. Throws where it is not built.
  static func path() throws -> String {
    let candidates =
      [URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath(), Bundle.main.executableURL]
      .compactMap { $0?.deletingLastPathComponent().path } + [Bundle.main.bundlePath]
    for folder in candidates where FileManager.default.isExecutableFile(atPath: folder + "/vision") {
      return folder + "/vision"
    }
    throw Fault(description: "no program 'vision' in \(candidates.joined(separator: " or ")); build it first")
  }

  /// Runs to the end. The environment keeps it off the network and off the user's own folders.
  static func run(
    _ arguments: [String], input: Data = Data(), environment: [String: String] = [:], timeout: Double = 60
  ) throws -> Outcome {
    let run = try Running(path(), arguments, environment: environment, input: input)
    return try run.wait(timeout: timeout)
  }

  /// Runs `script` in `sh`, with `vision` as `$0` and the arguments as `$@`.
  static func shell(_ script: String, _ arguments: [String], timeout: Double = 60) throws -> Outcome {
    try Running("/bin/sh", ["-c", script, path()] + arguments, environment: [:], input: Data()).wait(timeout: timeout)
  }
}

/// A process under way. What it says goes to files, so that it never waits for a reader.
final class Running {
  private let process = Process()
  private let folder = Scratch()
  private var outputPath: String { folder.path("stdout") }
  private var errorsPath: String { folder.path("stderr") }

  /// Starts; `input` nil leaves standard input open and silent.
  init(_ program: String, _ arguments: [String], environment: [String: String], input: Data?) throws {
    for path in [outputPath, errorsPath] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = [
      "PATH": "/usr/bin:/bin", "HOME": folder.path, "VISION_CACHE": folder.path("cache"), "VISION_HOME": Program.root,
      "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "COLUMNS": "80",
    ].merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errorsPath))
    if let input {
      let path = try folder.write("stdin", input)
      process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    } else {
      process.standardInput = Pipe()
    }
    try process.run()
  }

  /// What standard output holds so far.
  var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

  /// Waits until `condition`; throws after `timeout` seconds or where the process has ended.
  func wait(until condition: (Running) -> Bool, timeout: Double = 60) throws {
    let end = Date(timeIntervalSinceNow: timeout)
    while !condition(self) {
      guard Date() < end, process.isRunning else { throw Program.Fault(description: "it did not come: \(output)") }
      usleep(5_000)
    }
  }

  /// Ctrl-C.
  func interrupt() { kill(process.processIdentifier, SIGINT) }

  /// Waits for the end. A process that takes longer than `timeout` seconds is killed, and that is an error.
  func wait(timeout: Double = 60) throws -> Program.Outcome {
    let end = Date(timeIntervalSinceNow: timeout)
    while process.isRunning {
      guard Date() < end else {
        kill(process.processIdentifier, SIGKILL)
        throw Program.Fault(description: "still running after \(timeout) s: \(process.arguments ?? [])")
      }
      usleep(2_000)
    }
    let errors = try String(contentsOfFile: errorsPath, encoding: .utf8)
    return Program.Outcome(code: process.terminationStatus, output: output, errors: errors)
  }
}
