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
      // A file error names its file itself; an output that cannot be written is not the input it was made of.
      self.subject = subject ?? error.path
      code = error.code
      message = Self.advised(
        (subject ?? error.path) == error.path ? error.reason : error.description, code, of: error.path)
      exitCode = error.exitCode
    case let error as any ReportableError:
      self.subject = subject
      code = error.code
      message = Self.advised(error.description, code)
      exitCode = error.exitCode
    default:
      self.subject = subject
      code = "internal"
      message = "\(error)"
      exitCode = .software
    }
  }

  /// A fault of a configuration, whose text says where it is.
  init(plain text: String) {
    subject = nil
    code = "configuration.invalid"
    message = text
    exitCode = .damagedInput
  }

  /// `SUBJECT: message` on one line, whatever characters names hold.
  var line: String {
    let text = (subject.map { ($0.isEmpty ? "''" : $0) + ": " } ?? "") + message
    let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
    return String(String.UnicodeScalarView(scalars))
  }

  /// The message with what to do about it, where its own text does not say.
  private static func advised(_ message: String, _ code: String, of file: String = "") -> String {
    // The limits that options raise are those of pictures.
    let isPicture = ![".yaml", ".yml", ".json"].contains(where: file.lowercased().hasSuffix)
    guard !message.contains("; "), isPicture || code != "file.too_large", let advice = Advice.text(for: code) else {
      return message
    }
    return message + "; " + advice
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

  /// Ends a command with the right code, having said how far it came where it was interrupted.
  func end(of total: Int, _ unit: String) throws {
    Console.shared.endProgress()
    if Interruption.isRequested { Console.shared.note("interrupted after \(done + failed) of \(total) \(unit)") }
    let code = Interruption.isRequested ? .interrupted : exitCode
    if code != .success { throw CommandEnd(code: code) }
  }
}
