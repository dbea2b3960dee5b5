#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that cannot be opened, read or made. Names the file and the system's reason.
public enum FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// An input is missing, is not a file, or may not be read (exit code 66).
  case unreadable(path: String, reason: String)
  /// An output cannot be made or written (exit code 73).
  case unwritable(path: String, reason: String)
  /// A file larger than the caller's limit.
  case tooLarge(path: String, bytes: Int, limit: Int)

  /// The file's path.
  public var path: String {
    switch self {
    case .unreadable(let path, _), .unwritable(let path, _), .tooLarge(let path, _, _): path
    }
  }

  /// The fault without the path.
  public var reason: String {
    switch self {
    case .unreadable(_, let reason): "cannot be read: \(reason)"
    case .unwritable(_, let reason): "cannot be written: \(reason)"
    case .tooLarge(_, let bytes, let limit): "is \(bytes) bytes long, over the limit of \(limit)"
    }
  }

  /// `PATH: fault`.
  public var description: String { "\(path): \(reason)" }

  /// The system's words for the present `errno`.
  package static func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
}
