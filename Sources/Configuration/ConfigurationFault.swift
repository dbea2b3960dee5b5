import Support

/// Something wrong in a file that a person wrote, with its place.
public struct ConfigurationFault: Sendable, Hashable, CustomStringConvertible {
  /// Where it is.
  public var position: SourcePosition
  /// What is wrong, what was expected.
  public var message: String
  /// How a command ends where nothing else is wrong.
  public var exitCode: ExitCode

  /// A fault.
  public init(_ position: SourcePosition, _ message: String, exitCode: ExitCode = .damagedInput) {
    self.position = position
    self.message = message
    self.exitCode = exitCode
  }

  /// `FILE:LINE:COLUMN: fault`.
  public var description: String { "\(position): \(message)" }

  /// An unknown word, with the nearest known ones.
  public static func unknown(
    _ what: String, _ word: String, among known: [String], at position: SourcePosition
  ) -> ConfigurationFault {
    ConfigurationFault(position, "unknown \(what) '\(word.prefix(60))'" + hint(word, among: known))
  }

  /// `; did you mean 'x'?`, or what there is where nothing is near.
  public static func hint(_ word: String, among known: [String]) -> String {
    let near = nearestNames(to: word, among: known)
    if !near.isEmpty { return "; did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?" }
    if known.isEmpty { return "" }
    let shown = known.prefix(12).joined(separator: ", ")
    return "; there \(known.count == 1 ? "is" : "are") \(shown)\(known.count > 12 ? ", ..." : "")"
  }
}

/// All that is wrong with a configuration, at once, in reading order.
public struct ConfigurationError: ReportableError, Equatable {
  /// At least one fault.
  public let faults: [ConfigurationFault]
  /// `configuration.invalid`.
  public var code: String { "configuration.invalid" }
  /// How a command ends: as all faults say, 65 where they differ.
  public let exitCode: ExitCode

  /// An error of some faults; each is told once. `exitCode` holds whatever they are.
  public init(_ faults: [ConfigurationFault], exitCode: ExitCode? = nil) {
    var seen: Set<ConfigurationFault> = []
    self.faults = faults.filter { seen.insert($0).inserted }
    let codes = Set(faults.map(\.exitCode))
    self.exitCode = exitCode ?? (codes.count == 1 ? codes.first : nil) ?? .damagedInput
  }

  /// An error of one fault.
  public init(_ position: SourcePosition, _ message: String) { self.init([ConfigurationFault(position, message)]) }

  /// A line a fault.
  public var description: String { faults.map(\.description).joined(separator: "\n") }
}
