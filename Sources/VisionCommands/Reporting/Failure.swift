import Support

/// Any error as the user is told of it: one line, a stable code, an exit code.
struct Failure {
  /// The input or file it is about; nil where the text says.
  let subject: String?
  let code: String
  let message: String
  let exitCode: ExitCode

  init(_ error: any Error, subject: String? = nil) {
    switch error {
    case let error as FileError:
      // A file error names its file itself.
      self.subject = subject ?? error.path
      code = error.code
      message = error.reason
      exitCode = error.exitCode
    case let error as any ReportableError:
      self.subject = subject
      code = error.code
      message = error.description
      exitCode = error.exitCode
    default:
      self.subject = subject
      code = "internal"
      message = "\(error)"
      exitCode = .software
    }
  }

  /// `SUBJECT: message` on one line, whatever characters names hold.
  var line: String {
    let text = (subject.map { $0 + ": " } ?? "") + message
    return String(text.map { $0.isNewline ? " " : $0 })
  }

  /// As the member `error` of a result line.
  var json: JSONValue { .object([("code", .string(code)), ("message", .string(message))]) }
}

/// Keeps count of what failed, to end a command with the right code.
struct Tally {
  private(set) var done = 0
  private(set) var failed = 0
  private var first: ExitCode?

  mutating func add(success: Bool, code: ExitCode = .software) {
    if success {
      done += 1
    } else {
      failed += 1
      first = first ?? code
    }
  }

  /// 0 where nothing failed, 1 where some did, the first failure's code where all did.
  var exitCode: ExitCode { failed == 0 ? .success : done > 0 ? .partial : first ?? .software }
}
