import Classification
import Detection
import Models
import Segmentation
import StyleTransfer
import Support

/// Every model there is, by id.
public enum Catalog {
  /// All entries, in the order they are listed.
  public static let entries: [ModelEntry] =
    ClassificationEntries.all + DetectionEntries.all + SegmentationEntries.all + StyleTransferEntries.all

  /// Short names and the ids they stand for.
  public static let aliases = ["yolo": "yolox_tiny", "fcn": "fcn_resnet50"]

  /// The entry of an id or alias; `-` and `.` count as `_`, capitals as small letters. Throws `CatalogError.unknownModel`.
  public static func entry(_ name: String) throws(CatalogError) -> ModelEntry {
    let id = normalized(name)
    if let entry = entries.first(where: { $0.id == aliases[id] ?? id }) { return entry }
    throw .unknownModel(name: name, nearest: nearestNames(to: id, among: entries.map(\.id) + aliases.keys))
  }

  /// Whether a name is an alias, which leaves the choice of the variant open.
  public static func isAlias(_ name: String) -> Bool { aliases[normalized(name)] != nil }

  static func normalized(_ name: String) -> String {
    String(name.lowercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
  }
}

/// A model or weights that cannot be had under the name given.
public enum CatalogError: ReportableError, Equatable {
  /// There is no such model.
  case unknownModel(name: String, nearest: [String])
  /// A model of another task than the command's.
  case wrongTask(model: String, task: String, wanted: String)
  /// Published weights of another model than the one named.
  case otherModel(weights: String, model: String, wanted: String)
  /// A model whose weights nobody publishes, asked for without any.
  case noWeights(model: String)
  /// Weights of another kind of network than the model named.
  case wrongKind(file: String, found: String, model: String, remedy: String)
  /// Weights without what else is needed to use them.
  case incomplete(file: String, problem: String)

  /// A stable code for programs.
  public var code: String {
    switch self {
    case .unknownModel: "model.unknown"
    case .wrongTask: "model.task"
    case .otherModel: "weights.model"
    case .noWeights: "weights.none"
    case .wrongKind: "weights.kind"
    case .incomplete: "weights.incomplete"
    }
  }

  /// 64 for a wrong name, 65 for weights of another kind, 66 for what is missing.
  public var exitCode: ExitCode {
    switch self {
    case .unknownModel, .wrongTask, .otherModel: .usage
    case .wrongKind: .damagedInput
    case .incomplete, .noWeights: .missingInput
    }
  }

  /// One line.
  public var description: String {
    switch self {
    case .unknownModel(let name, let nearest):
      let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"
      return "there is no model '\(name)'\(hint) ('vision models list' shows all)"
    case .wrongTask(let model, let task, let wanted):
      return "\(model) is a model for \(task), not for \(wanted)"
    case .otherModel(let weights, let model, let wanted):
      return "\(weights) are weights of \(model), not of \(wanted); pass --model \(model)"
    case .noWeights(let model):
      return
        "\(model): nobody publishes weights for it; pass --weights FILE, or --weights random to try the bare network"
    case .wrongKind(let file, let found, let model, let remedy):
      return "\(file): \(found), which \(model) does not have; \(remedy)"
    case .incomplete(let file, let problem):
      return "\(file): \(problem)"
    }
  }
}
