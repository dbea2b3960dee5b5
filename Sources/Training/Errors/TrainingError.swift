import Support

/// What is wrong with a run, its logs or what is asked of them.
public enum TrainingError: ReportableError, Equatable {
  /// A run or a file of one that is not there (exit code 66).
  case missing(path: String, fault: String)
  /// A log that is not what it should be; says where.
  case damaged(path: String, fault: String)
  /// Values that do not go together, such as a label beyond the classes.
  case inconsistent(String)
  /// The loss is no number any more.
  case diverged(epoch: Int, step: Int)
  /// A setting that does not fit (exit code 64).
  case setting(String)
  /// A file that cannot be read or written.
  case file(FileError)

  /// A stable code for programs, such as `training.missing`.
  public var code: String {
    switch self {
    case .missing: "training.missing"
    case .damaged: "training.damaged"
    case .inconsistent: "training.inconsistent"
    case .diverged: "training.diverged"
    case .setting: "training.setting"
    case .file(let error): error.code
    }
  }

  /// 66 for what is missing, 64 for settings, a file's own, else 65.
  public var exitCode: ExitCode {
    switch self {
    case .missing: .missingInput
    case .setting: .usage
    case .file(let error): error.exitCode
    case .diverged: .partial
    default: .damagedInput
    }
  }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .missing(let path, let fault), .damaged(let path, let fault): "\(path): \(fault)"
    case .inconsistent(let what), .setting(let what): what
    case .diverged(let epoch, let step):
      "the loss is no number at step \(step) of epoch \(epoch); try a lower learning rate, a longer warm-up or a clip of the "
        + "gradients' norm"
    case .file(let error): error.description
    }
  }
}

/// Runs work on files, whose errors become this module's.
func filing<Result>(_ body: () throws(FileError) -> Result) throws(TrainingError) -> Result {
  do { return try body() } catch { throw .file(error) }
}
