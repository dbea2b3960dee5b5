import Support

/// What is wrong with a weights file, its manifest, or the search for it. One line that names the file and says what to do.
public enum WeightsError: ReportableError, Equatable {
  /// A manifest that is not what the format asks for. `key` is the path of the entry, such as `weights.sha256`.
  case invalidManifest(path: String, key: String, reason: String)
  /// Neither a file nor the id of a manifest.
  case unknown(id: String, nearest: [String])
  /// No folder with `Weights/` was found.
  case noHome(looked: [String])
  /// The weights are nowhere and cannot be had from here.
  case missing(MissingWeights)
  /// A file whose SHA-256 is not the one that was published or recorded.
  case wrongHash(path: String, expected: String, found: String)
  /// A file whose length is not the one that was published.
  case wrongSize(path: String, expected: Int, found: Int)
  /// A file that cannot be read or written.
  case file(FileError)

  /// A stable code for programs.
  public var code: String {
    switch self {
    case .invalidManifest: "weights.manifest"
    case .unknown: "weights.unknown"
    case .noHome: "weights.home"
    case .missing: "weights.missing"
    case .wrongHash: "weights.hash"
    case .wrongSize: "weights.size"
    case .file(let error): error.code
    }
  }

  /// 65 for what is damaged, 66 for what is missing, 73 for what cannot be written.
  public var exitCode: ExitCode {
    switch self {
    case .invalidManifest, .wrongHash, .wrongSize: .damagedInput
    case .unknown, .noHome, .missing: .missingInput
    case .file(let error): error.exitCode
    }
  }

  /// The fault in one line.
  public var description: String {
    switch self {
    case .invalidManifest(let path, let key, let reason):
      return "\(path): not a manifest: \(key.isEmpty ? "" : "`\(key)` ")\(reason)"
    case .unknown(let id, let nearest):
      let hint = nearest.isEmpty ? "" : " (did you mean \(nearest.joined(separator: ", "))?)"
      return "\(id): neither a file nor the id of known weights\(hint); `vision models list` shows those"
    case .noHome(let looked):
      return "no folder with `Weights/` was found (looked in \(looked.joined(separator: ", "))); "
        + "set VISION_HOME to the folder that holds it"
    case .missing(let missing):
      return missing.description
    case .wrongHash(let path, let expected, let found):
      return "\(path): is not the file that its publisher describes (SHA-256 expected \(expected), found \(found)); "
        + "delete it and pull it again"
    case .wrongSize(let path, let expected, let found):
      return "\(path): is not the file that its publisher describes (expected \(expected) bytes, found \(found)); "
        + "delete it and pull it again"
    case .file(let error):
      return error.description
    }
  }
}

/// Weights that were looked for and not found: what they are, where they might have been, how to get them.
public struct MissingWeights: Sendable, Equatable, CustomStringConvertible {
  /// The manifest's id.
  public let id: String
  /// The file's name.
  public let file: String
  /// Its length where that is known.
  public let bytes: Int?
  /// Every place looked in, in order.
  public let looked: [String]
  /// Whether URLs were left out on purpose.
  public let isOffline: Bool
  /// Where the publisher has it.
  public let urls: [String]
  /// Why fetching failed, where it was tried.
  public var failure: String?

  /// One line: id, file, size, places, and what to do.
  public var description: String {
    let size = bytes.map { ", \(byteText($0))" } ?? ""
    let places = looked.isEmpty ? "nowhere" : looked.joined(separator: ", ")
    let place = "put \(urls.first ?? "the file") into one of these folders"
    let remedy: String
    if let failure {
      remedy = "fetching failed: \(failure); try again, or \(place)"
    } else if urls.isEmpty {
      remedy = place
    } else {
      remedy = "run `vision models pull \(id)`\(isOffline ? " without --offline" : ""), or \(place)"
    }
    return "\(id): weights are missing (\(file)\(size); looked in \(places)); \(remedy)"
  }
}

/// A number of bytes for people: `7.3 MB` (a million bytes each).
public func byteText(_ bytes: Int) -> String {
  if bytes < 1_000 { return "\(bytes) bytes" }
  var value = bytes
  for unit in ["kB", "MB", "GB"] {
    if value < 999_950 || unit == "GB" {
      let tenths = (value + 50) / 100
      return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    value = (value + 500) / 1_000
  }
  return "\(bytes) bytes"
}
