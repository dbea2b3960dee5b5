import Imaging
import Support

/// What is wrong with a data set or with what is asked of it. Names the file (inside its archive too) and the fault.
public enum DatasetError: ReportableError, Equatable {
  /// A file or folder that should be there is not, or cannot be read (exit code 66).
  case missing(file: String, fault: String)
  /// No known kind of data set, or not the kind that was named.
  case unrecognized(file: String, fault: String)
  /// An archive or annotation file that breaks the rules of its format; says where.
  case damaged(file: String, fault: String)
  /// A kind of archive, file or annotation that is not read.
  case unsupported(file: String, fault: String)
  /// Something unsafe: a path that leads out of an archive, a link, an entity bomb, an encrypted file.
  case refused(file: String, fault: String)
  /// Annotations that do not fit each other or their image, such as a mask of another size.
  case inconsistent(file: String, fault: String)
  /// More bytes, depth or entries than the limits allow.
  case tooLarge(file: String, fault: String)
  /// A picture of the set that cannot be decoded.
  case image(file: String, ImageError)
  /// A setting that does not fit, such as a split that the set does not have (exit code 64).
  case setting(String)
  /// The output cannot be made (exit code 73).
  case output(FileError)

  /// A stable code for programs, such as `dataset.damaged`.
  public var code: String {
    switch self {
    case .missing: "dataset.missing"
    case .unrecognized: "dataset.unrecognized"
    case .damaged: "dataset.damaged"
    case .unsupported: "dataset.unsupported"
    case .refused: "dataset.refused"
    case .inconsistent: "dataset.inconsistent"
    case .tooLarge: "dataset.too_large"
    case .image(_, let error): error.code
    case .setting: "dataset.setting"
    case .output(let error): error.code
    }
  }

  /// 66 for what is missing, 64 for settings, 73 for outputs, else 65.
  public var exitCode: ExitCode {
    switch self {
    case .missing: .missingInput
    case .setting: .usage
    case .image(_, let error): error.exitCode
    case .output(let error): error.exitCode
    default: .damagedInput
    }
  }

  /// The file that the fault is in; empty for settings.
  public var file: String {
    switch self {
    case .missing(let file, _), .unrecognized(let file, _), .damaged(let file, _), .unsupported(let file, _),
      .refused(let file, _), .inconsistent(let file, _), .tooLarge(let file, _), .image(let file, _):
      file
    case .setting: ""
    case .output(let error): error.path
    }
  }

  /// What is wrong, without the file.
  public var fault: String {
    switch self {
    case .missing(_, let fault), .unrecognized(_, let fault), .damaged(_, let fault), .unsupported(_, let fault),
      .refused(_, let fault), .inconsistent(_, let fault), .tooLarge(_, let fault), .setting(let fault):
      fault
    case .image(_, let error): error.description
    case .output(let error): error.reason
    }
  }

  /// `FILE: fault` in one line.
  public var description: String { file.isEmpty ? fault : "\(file): \(fault)" }
}

extension DatasetError {
  /// The error of a file of a set that cannot be read.
  init(_ error: FileError) {
    switch error {
    case .unreadable(let path, _): self = .missing(file: path, fault: error.reason)
    case .tooLarge(let path, _, _): self = .tooLarge(file: path, fault: error.reason)
    case .unwritable: self = .output(error)
    }
  }
}
