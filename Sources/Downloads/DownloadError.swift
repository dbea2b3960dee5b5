import Checkpoints
import Support

/// Why weights could not be fetched. One line that names the source and says what to do.
public indirect enum DownloadError: ReportableError, Equatable {
  /// This machine has no libcurl.
  case noLibrary
  /// No connection, or one that broke.
  case connection(url: String, reason: String, canRetry: Bool)
  /// An answer that is not the file. `retryAfter` is in seconds.
  case status(url: String, code: Int, retryAfter: Int?)
  /// An answer that HTTP does not allow here.
  case protocolFault(url: String, reason: String)
  /// A redirect to something that is not fetched: a scheme other than http(s), or http after https.
  case refusedRedirect(url: String, target: String)
  /// More redirects than are followed.
  case tooManyRedirects(url: String, limit: Int)
  /// More bytes than the manifest allows.
  case tooLong(source: String, limit: Int)
  /// Fewer or more bytes than the manifest states (the fewest that can be, where it states only about how many).
  case wrongSize(source: String, expected: Int, found: Int)
  /// Bytes that are not those that the publisher, or the first pull, vouches for.
  case wrongHash(source: String, expected: String, found: String, record: String?)
  /// No room for the file.
  case diskFull(path: String, needed: Int?, free: Int?)
  /// The user, or the program, stopped it.
  case cancelled(file: String)
  /// A file that cannot be read or written.
  case file(FileError)
  /// A fault of the manifest, or weights that no source has.
  case weights(WeightsError)
  /// Every source failed, each in its way.
  case allFailed([DownloadError])

  /// A stable code for programs.
  public var code: String {
    switch self {
    case .noLibrary: "download.library"
    case .connection: "download.connection"
    case .status: "download.status"
    case .protocolFault: "download.protocol"
    case .refusedRedirect, .tooManyRedirects: "download.redirect"
    case .tooLong, .wrongSize: "download.size"
    case .wrongHash: "download.hash"
    case .diskFull: "download.full"
    case .cancelled: "download.cancelled"
    case .file(let error): error.code
    case .weights(let error): error.code
    case .allFailed(let errors): errors.last?.code ?? "download.connection"
    }
  }

  /// 65 for wrong bytes, 66 for what cannot be had, 73 for a cache that cannot be written, 130 for a stop.
  public var exitCode: ExitCode {
    switch self {
    case .tooLong, .wrongSize, .wrongHash: .damagedInput
    case .diskFull, .file(.unwritable): .unwritableOutput
    case .cancelled: .interrupted
    case .weights(let error): error.exitCode
    case .allFailed(let errors): errors.last?.exitCode ?? .missingInput
    default: .missingInput
    }
  }

  /// Whether the same request may work a little later.
  var canRetry: Bool {
    switch self {
    case .connection(_, _, let canRetry): canRetry
    case .status(_, let code, _): [408, 425, 429, 500, 502, 503, 504].contains(code)
    case .protocolFault: true
    default: false
    }
  }

  /// Whether another source may have what this one has not.
  var allowsAnotherSource: Bool {
    switch self {
    case .diskFull, .cancelled, .weights: false
    case .file(.unwritable): false
    default: true
    }
  }

  /// Whether no source gave the file at all.
  var isAboutReaching: Bool {
    switch self {
    case .noLibrary, .connection, .status, .protocolFault, .refusedRedirect, .tooManyRedirects, .file(.unreadable): true
    case .allFailed(let errors): errors.allSatisfy(\.isAboutReaching)
    default: false
    }
  }

  /// The fault in one line.
  public var description: String {
    switch self {
    case .noLibrary:
      return
        "libcurl.so.4 is missing on this machine; install it (Debian: apt-get install libcurl4) or set VISION_MIRROR "
        + "to a folder that holds the weights"
    case .connection(let url, let reason, _): return "\(url): \(reason)"
    case .status(let url, let code, _): return "\(url): the server answers \(code)\(Self.meaning(of: code))"
    case .protocolFault(let url, let reason): return "\(url): \(reason)"
    case .refusedRedirect(let url, let target):
      return "\(url): leads to \(target), which is not followed (only http and https, and never from https to http)"
    case .tooManyRedirects(let url, let limit): return "\(url): leads on more than \(limit) times"
    case .tooLong(let source, let limit):
      return "\(source): is longer than its manifest allows (\(limit) bytes); nothing was kept"
    case .wrongSize(let source, let expected, let found):
      return "\(source): is not the file of its manifest (expected \(expected) bytes, found \(found)); nothing was kept"
    case .wrongHash(let source, let expected, let found, let record):
      let hint = record.map { "; if the change is right, delete \($0)" } ?? ""
      return "\(source): is not the file that is vouched for (SHA-256 expected \(expected), found \(found)); "
        + "nothing was kept\(hint)"
    case .diskFull(let path, let needed?, let free?):
      return
        "\(path): no room on the disk (\(byteText(needed)) needed, \(byteText(free)) free); make room and pull again, "
        + "or set VISION_CACHE to another disk"
    case .diskFull(let path, _, _):
      return "\(path): no room on the disk; make room and pull again, or set VISION_CACHE to another disk"
    case .cancelled(let file): return "\(file): stopped; what is here is kept, and the next pull goes on from there"
    case .file(let error): return error.description
    case .weights(let error): return error.description
    case .allFailed(let errors): return errors.map(\.description).joined(separator: "; ")
    }
  }

  private static func meaning(of code: Int) -> String {
    switch code {
    case 401, 403: " (not allowed)"
    case 404, 410: " (not there)"
    case 429: " (too many requests)"
    case 500...599: " (a fault of the server)"
    default: ""
    }
  }
}
