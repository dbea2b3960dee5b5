/// How a command ends; the numbers are those of `sysexits.h`.
public enum ExitCode: Int32, Sendable {
  /// All done.
  case success = 0
  /// Some inputs failed, the others are done.
  case partial = 1
  /// Wrong usage.
  case usage = 64
  /// An input is damaged or not what it claims to be.
  case damagedInput = 65
  /// An input is missing or unreadable.
  case missingInput = 66
  /// A fault of the program.
  case software = 70
  /// An output cannot be created.
  case unwritableOutput = 73
  /// Interrupted by the user.
  case interrupted = 130
}

/// An error that a user is told about: what is wrong in one line, a stable code for programs, the exit code.
public protocol ReportableError: Error, CustomStringConvertible {
  /// A stable code, such as `image.truncated`.
  var code: String { get }
  /// How a command ends that fails by it.
  var exitCode: ExitCode { get }
}

extension FileError: ReportableError {
  /// `file.unreadable`, `file.unwritable` or `file.too_large`.
  public var code: String {
    switch self {
    case .unreadable: "file.unreadable"
    case .unwritable: "file.unwritable"
    case .tooLarge: "file.too_large"
    }
  }

  /// 66 for inputs, 73 for outputs, 65 past a limit.
  public var exitCode: ExitCode {
    switch self {
    case .unreadable: .missingInput
    case .unwritable: .unwritableOutput
    case .tooLarge: .damagedInput
    }
  }
}
