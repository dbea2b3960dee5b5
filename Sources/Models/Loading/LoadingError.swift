import Support

/// Weights that do not fit the network they are loaded into: everything that is wrong, at once.
public struct LoadingError: ReportableError, Equatable {
  /// The weights file.
  public let file: String
  /// Keys that the network has and the file lacks.
  public var missing: [String] = []
  /// Keys that the file has and the network lacks.
  public var unexpected: [String] = []
  /// Keys whose shapes or types differ, with both.
  public var mismatched: [String] = []
  /// Keys whose values are not all finite numbers.
  public var notFinite: [String] = []

  /// A stable code for programs.
  public var code: String {
    missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty ? "weights.not_finite" : "weights.mismatch"
  }

  /// 65.
  public var exitCode: ExitCode { .damagedInput }

  var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty && notFinite.isEmpty }

  /// One line: the counts and the first keys of each kind.
  public var description: String {
    var parts: [String] = []
    func add(_ keys: [String], _ what: String) {
      guard !keys.isEmpty else { return }
      let shown = keys.prefix(3).joined(separator: ", ")
      parts.append("\(keys.count) \(what) (\(shown)\(keys.count > 3 ? ", ..." : ""))")
    }
    add(missing, "keys missing")
    add(unexpected, "keys unexpected")
    add(mismatched, "keys with another shape or type")
    add(notFinite, "tensors with NaN or infinite values")
    let advice =
      code == "weights.mismatch"
      ? "; are these weights of another model or another number of classes?"
      : "; the file is damaged or its training diverged"
    return "\(file): the weights do not fit: " + parts.joined(separator: ", ") + advice
  }
}
