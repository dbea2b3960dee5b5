import Support

/// Where in a weights file something is wrong, and what.
public struct CheckpointFault: Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The tensor's key, where the fault belongs to one.
  public let key: String?
  /// Byte of the file where the fault was found, or line for text files (see `line`).
  public let offset: Int?
  /// Line of a text file, counted from 1.
  public let line: Int?
  /// What is wrong, or what the file turned out to be.
  public let problem: String
  /// What the format asks for.
  public let expected: String?
  /// What the file has.
  public let found: String?

  package init(
    _ problem: String, path: String, key: String? = nil, offset: Int? = nil, line: Int? = nil, expected: String? = nil,
    found: String? = nil
  ) {
    self.path = path
    self.key = key
    self.offset = offset
    self.line = line
    self.problem = problem
    self.expected = expected
    self.found = found
  }

  /// The fault without the path, in one line: `KEY: problem (expected E, found F) at byte N`.
  public var description: String {
    var text = key.map { Self.printable($0) + ": " } ?? ""
    text += problem
    switch (expected, found) {
    case (let expected?, let found?): text += " (expected \(expected), found \(found))"
    case (let expected?, nil): text += " (expected \(expected))"
    case (nil, let found?): text += " (found \(found))"
    case (nil, nil): break
    }
    if let line { text += " in line \(line)" }
    if let offset { text += " at byte \(offset)" }
    return text
  }

  /// Text of a file as it may stand in an error line: no control characters, not longer than 200 characters.
  package static func printable(_ text: some StringProtocol) -> String {
    var result = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      guard index < 200 else { return result + "..." }
      let isPlain =
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x2028
        && scalar.value != 0x2029
      result += isPlain ? String(scalar) : "\\u{" + String(scalar.value, radix: 16) + "}"
    }
    return result
  }
}

/// A weights file that is damaged, is something else, or does not fit. Exit code 65; a missing file is a `FileError`.
public enum CheckpointError: ReportableError, Hashable {
  /// Not a weights file that this program reads; the fault says what it looks like.
  case unrecognized(CheckpointFault)
  /// Bytes that break the rules of their format.
  case damaged(CheckpointFault)
  /// Well formed, but of a kind that is not read: an element type, a compressed entry, a newer version.
  case unsupported(CheckpointFault)
  /// A pickle that names code which state dicts do not need. Nothing was run.
  case unsafe(CheckpointFault)
  /// No state dict, or no tensor of that name.
  case missing(CheckpointFault)
  /// Keys that do not fit the network, all of them at once.
  case mismatch(path: String, missing: [String], unexpected: [String], misshapen: [String])
  /// A tensor that memory cannot hold.
  case memory(CheckpointFault)

  /// A stable code for programs.
  public var code: String {
    switch self {
    case .unrecognized: "checkpoint.unrecognized"
    case .damaged: "checkpoint.damaged"
    case .unsupported: "checkpoint.unsupported"
    case .unsafe: "checkpoint.unsafe"
    case .missing: "checkpoint.missing"
    case .mismatch: "checkpoint.mismatch"
    case .memory: "checkpoint.memory"
    }
  }

  /// 65, but 70 where memory runs out.
  public var exitCode: ExitCode {
    switch self {
    case .memory: .software
    default: .damagedInput
    }
  }

  /// The file.
  public var path: String {
    switch self {
    case .unrecognized(let fault), .damaged(let fault), .unsupported(let fault), .unsafe(let fault),
      .missing(let fault),
      .memory(let fault):
      fault.path
    case .mismatch(let path, _, _, _): path
    }
  }

  /// Where and what, but for `mismatch`.
  public var fault: CheckpointFault? {
    switch self {
    case .unrecognized(let fault), .damaged(let fault), .unsupported(let fault), .unsafe(let fault),
      .missing(let fault),
      .memory(let fault):
      fault
    case .mismatch: nil
    }
  }

  /// What is wrong without the path, in one line.
  public var reason: String {
    guard case .mismatch(_, let missing, let unexpected, let misshapen) = self else { return fault?.description ?? "" }
    let lists = [("missing", missing), ("unexpected", unexpected), ("wrong shape", misshapen)]
    let parts = lists.filter { !$0.1.isEmpty }.map { title, keys in
      let shown = keys.prefix(4).map { CheckpointFault.printable($0) }.joined(separator: ", ")
      return "\(keys.count) \(title): \(shown)" + (keys.count > 4 ? ", ..." : "")
    }
    return "the weights do not fit the network: " + parts.joined(separator: "; ")
      + " (weights of another model, or of another number of classes?)"
  }

  /// `PATH: what is wrong`, in one line.
  public var description: String { "\(path): \(reason)" }
}
