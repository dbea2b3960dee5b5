import ArgumentParser
import Catalog
import Checkpoints
import Downloads
import Support

/// `vision models`.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "The catalog: list, show, fetch and check weights.",
    discussion: """
      EXAMPLES
        vision models list
        vision models show yolox_s
        vision models pull yolox_tiny
        vision models verify
      """,
    subcommands: [ListModels.self, ShowModel.self, PullModel.self, VerifyModels.self],
    defaultSubcommand: ListModels.self)
}

/// `vision models list`.
struct ListModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "All models, and whether their weights are here.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
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
    return Self.padded(manifest.id, 54) + Self.padded(manifest.task, 16) + Self.padded(metric, 14) + here
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }
}

/// `vision models show`.
struct ShowModel: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "What is known of one model.")

  @Argument(help: "An id of 'vision models list'.") var id: String
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    let library = WeightsLibrary()
    let manifest = try library.manifest(ModelLoading.manifestID(id))
    var facts = library.card(manifest)
    if let network = ModelLoading.facts(of: manifest) { facts += network }
    if common.json {
      Console.shared.result(Self.json(facts).text)
    } else {
      for fact in facts { Console.shared.result("\(fact.name): \(fact.value)") }
    }
  }
}

extension ShowModel {
  /// Facts by name; those that a model may have several of are lists.
  private static func json(_ facts: [(name: String, value: String)]) -> JSONValue {
    var names: [String] = []
    for fact in facts where !names.contains(fact.name) { names.append(fact.name) }
    return .object(
      names.map { name in
        let values = facts.filter { $0.name == name }.map { JSONValue.string($0.value) }
        return (name, ["published", "file"].contains(name) || values.count > 1 ? .array(values) : values[0])
      })
  }
}

/// `vision models pull`.
struct PullModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch weights into the cache, their hash checked.",
    discussion:
      "A pull that was broken off goes on where it stopped. VISION_MIRROR names a folder or URL to fetch from first.")

  @Argument(help: "Ids of 'vision models list'.") var ids: [String]
  @Flag(help: "Fetch from a mirror folder only, never from a URL.") var offline = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    var tally = Tally()
    let library = WeightsLibrary(locator: .standard(isOffline: offline))
    for id in ids where !Interruption.isRequested {
      do {
        let pulled = try library.pull(ModelLoading.manifestID(id), progress: ModelLoading.progress)
        Console.shared.endProgress()
        for note in pulled.notes { Console.shared.warning(note) }
        let fields: [(String, JSONValue)] = [
          ("id", .string(pulled.manifest.id)), ("weights", .string(pulled.weights)),
          ("fetched", .array(pulled.fetched.map(JSONValue.string))),
        ]
        Console.shared.result(
          common.json
            ? JSONValue.object(fields).text
            : "\(pulled.manifest.id): \(pulled.fetched.isEmpty ? "already here" : "fetched"): \(pulled.weights)")
        tally.add(success: true)
      } catch {
        Console.shared.endProgress()
        let failure = Failure(error, subject: "\(error)".hasPrefix(id) ? nil : id)
        if common.json { Console.shared.result(JSONValue.object([("id", .string(id)), ("error", failure.json)]).text) }
        Console.shared.error(failure)
        tally.add(success: false, code: failure.exitCode)
      }
    }
    try tally.end(of: ids.count, "pulls")
  }
}

/// `vision models verify`.
struct VerifyModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read weights in full and compare their hashes.")

  @Argument(help: "An id of 'vision models list' (default: all weights that are here).") var id: String?
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    let library = WeightsLibrary()
    let results = try id.map { try library.verify(ModelLoading.manifestID($0)) } ?? library.verifyAll()
    if results.isEmpty { Console.shared.note("no weights are on this machine") }
    var tally = Tally()
    for result in results {
      var fields: [(String, JSONValue)] = [
        ("id", .string(result.id)), ("file", .string(result.file)), ("path", .string(result.path)),
      ]
      switch result.outcome {
      case .success(let verdict):
        fields += [("sha256", .string(verdict.sha256)), ("authority", .string("\(verdict.authority)"))]
        Console.shared.result(
          common.json ? JSONValue.object(fields).text : "\(result.id): \(result.path): ok (\(verdict.authority))")
        tally.add(success: true)
      case .failure(let error):
        let failure = Failure(error)
        if common.json { Console.shared.result(JSONValue.object(fields + [("error", failure.json)]).text) }
        Console.shared.error(failure)
        tally.add(success: false, code: failure.exitCode)
      }
    }
    if tally.exitCode != .success { throw CommandEnd(code: tally.exitCode) }
  }
}
