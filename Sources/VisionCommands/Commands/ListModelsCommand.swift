import ArgumentParser
import Catalog
import Checkpoints
import Downloads
import Models
import Support

/// `vision models list`.
struct ListModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "All models, and whether their weights are here.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    for entry in Catalog.entries where entry.defaultWeights == nil {
      Console.shared.result(common.json ? Self.json(entry).text : Self.line(entry))
    }
    for entry in try WeightsLibrary().list() {
      switch (entry.manifest, entry.state) {
      case (nil, .invalid(let error)):
        Console.shared.error(Failure(error))
      case (let manifest?, let state):
        Console.shared.result(common.json ? Self.json(manifest, state).text : Self.line(manifest, state))
      default: break
      }
    }
  }

  static func json(_ manifest: Manifest, _ state: WeightsLibrary.State) -> JSONValue {
    var path = JSONValue.null
    if case .present(let found, _, _) = state { path = .string(found) }
    return .object([
      ("id", .string(manifest.id)), ("model", .string(manifest.model)), ("task", .string(manifest.task)),
      ("licence", .string(manifest.licence)), ("source", .string(manifest.source)), ("weights", path),
      ("metrics", .array(manifest.metrics.map(json))),
    ])
  }

  /// A model whose weights nobody publishes.
  private static func json(_ entry: ModelEntry) -> JSONValue {
    .object([
      ("id", .string(entry.id)), ("model", .string(entry.id)), ("task", .string(entry.task.rawValue)),
      ("licence", .null), ("source", .null), ("weights", .null), ("metrics", .array([])),
    ])
  }

  private static func line(_ entry: ModelEntry) -> String {
    Self.padded(entry.id, width) + Self.padded(entry.task.rawValue, 16) + Self.padded("", 14) + "no public weights"
  }

  private static func json(_ metric: PublishedMetric) -> JSONValue {
    .object([
      ("name", .string(metric.name)), ("value", .double(metric.value)), ("data", .string(metric.data)),
      ("note", metric.note.map(JSONValue.string) ?? .null),
    ])
  }

  private static func line(_ manifest: Manifest, _ state: WeightsLibrary.State) -> String {
    let metric = manifest.metrics.first.map { "\($0.name) \($0.value)" } ?? ""
    let here: String
    switch state {
    case .present(_, let place, let bytes): here = "here (\(place.rawValue), \(byteText(bytes)))"
    case .absent: here = "not here"
    case .invalid(let error): here = error.description
    }
    return Self.padded(manifest.id, width) + Self.padded(manifest.task, 16) + Self.padded(metric, 14) + here
  }

  /// Room for the longest id.
  private static let width = 54

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }
}
