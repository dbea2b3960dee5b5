import Support

/// A darknet configuration that describes no network we can build: where, and what is wrong.
public struct DarknetError: ReportableError, Equatable {
  /// The `.cfg` file.
  public let path: String
  /// The line, from 1.
  public let line: Int
  /// What is wrong.
  public let problem: String

  /// A fault at a line.
  public init(path: String, line: Int, _ problem: String) {
    self.path = path
    self.line = line
    self.problem = problem
  }

  /// `darknet.configuration`.
  public var code: String { "darknet.configuration" }
  /// 65.
  public var exitCode: ExitCode { .damagedInput }
  /// `PATH:LINE: fault`.
  public var description: String { "\(path):\(line): \(problem)" }
}
