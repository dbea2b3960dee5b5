import Support

/// The folder of a training run and the files in it.
public struct RunFolder: Sendable, Hashable {
  /// Where it lies.
  public let path: String

  /// A folder that may or may not be there.
  public init(path: String) { self.path = path }

  /// The run's name: its folder's.
  public var name: String { Path.name(of: path) }
  /// The recipe with all its settings, which `vision train` runs again.
  public var recipe: String { Path.join(path, "recipe.yaml") }
  /// What was measured, an epoch a line.
  public var metrics: String { Path.join(path, "metrics.csv") }
  /// The metrics as a picture.
  public var curves: String { Path.join(path, "curves.png") }
  /// What classes are taken for, as a picture.
  public var confusion: String { Path.join(path, "confusion.png") }
  /// What the network did when it was last looked at, where it makes pictures.
  public var preview: String { Path.join(path, "preview.png") }
  /// The weights of the best epoch.
  public var best: String { Path.join(path, "best.safetensors") }
  /// The weights of the last epoch.
  public var last: String { Path.join(path, "last.safetensors") }
  /// All that a resumed run needs.
  public var state: String { Path.join(path, "state.safetensors") }
  /// Files that could not be used.
  public var quarantine: String { Path.join(path, "quarantine.csv") }

  /// TensorBoard's files, in the order they were begun.
  public var events: [String] {
    ((try? Folder.names(in: path)) ?? []).filter { $0.hasPrefix("events.out.tfevents.") }.map { Path.join(path, $0) }
  }

  /// Makes the folder of a new run: `ROOT/NAME`, or `ROOT/NAME-2` and so on where that is taken. Two runs that begin at once
  /// get two folders.
  ///
  /// - Throws: `TrainingError.setting` for a name that is no name of a folder, `file`.
  public static func create(in root: String = "runs", name: String) throws(TrainingError) -> RunFolder {
    guard !name.isEmpty, name.utf8.count <= 200, !name.hasPrefix("."),
      !name.utf8.contains(where: { $0 < 32 || $0 == 0x2F })
    else {
      throw .setting("'\(name.prefix(60))' cannot be the name of a run: it is the name of a folder, without slashes")
    }
    return try filing { () throws(FileError) in
      try Folder.create(root)
      var path = Path.join(root, name)
      var number = 1
      while try !Folder.createNew(path) {
        number += 1
        path = Path.join(root, "\(name)-\(number)")
      }
      return RunFolder(path: path)
    }
  }

  /// Whether a folder is one of a run: it has a recipe or metrics.
  public var isRun: Bool { FileIdentity(path: metrics) != nil || FileIdentity(path: recipe) != nil }

  /// The runs in a folder, sorted by name with numbers as numbers.
  ///
  /// - Throws: `TrainingError.missing` where there is no such folder, `file`.
  public static func all(in root: String) throws(TrainingError) -> [RunFolder] {
    guard Folder.exists(root) else { throw .missing(path: root, fault: "there is no such folder of runs") }
    let names = try filing { () throws(FileError) in try Folder.names(in: root) }
    return names.map { RunFolder(path: Path.join(root, $0)) }.filter(\.isRun).sorted {
      sortKey($0.name).lexicographicallyPrecedes(sortKey($1.name)) { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }
    }
  }

  /// `train-10` after `train-9`: words and the numbers after them.
  private static func sortKey(_ name: String) -> [(String, Int)] {
    var key: [(String, Int)] = []
    var word = "", digits = ""
    for character in name {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else {
        if !digits.isEmpty {
          key.append((word, Int(digits) ?? .max))
          (word, digits) = ("", "")
        }
        word.append(character)
      }
    }
    key.append((word, Int(digits) ?? (digits.isEmpty ? -1 : .max)))
    return key
  }

  /// The run that a user means: a folder's path, or a run's name in `root`.
  ///
  /// - Throws: `TrainingError.missing` with the nearest names.
  public static func find(_ text: String, in root: String = "runs") throws(TrainingError) -> RunFolder {
    for path in [text, Path.join(root, text)] where !text.isEmpty && Folder.exists(path) {
      let trimmed = path.utf8.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      let run = RunFolder(path: trimmed)
      guard run.isRun else {
        if path == text, !text.contains("/"), Folder.exists(Path.join(root, text)) { continue }
        throw .missing(path: path, fault: "not a run: it has neither recipe.yaml nor metrics.csv")
      }
      return run
    }
    let known = ((try? all(in: root)) ?? []).map(\.name)
    let near = nearestNames(to: text, among: known)
    let hint =
      near.isEmpty
      ? "'vision runs list' shows those in \(root)"
      : "did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
    throw .missing(path: text, fault: "there is no such run; \(hint)")
  }
}
