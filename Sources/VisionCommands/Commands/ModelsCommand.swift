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
      ("metrics", .object(manifest.metrics.map { ("\($0.name) \($0.data)", .double($0.value)) })),
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
    return Self.padded(manifest.id, 30) + Self.padded(manifest.task, 16) + Self.padded(metric, 14) + here
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
      Console.shared.result(JSONValue.object(facts.map { ($0.name, .string($0.value)) }).text)
    } else {
      for fact in facts { Console.shared.result("\(fact.name): \(fact.value)") }
    }
  }
}

/// `vision models pull`.
struct PullModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch weights into the cache, their hash checked.",
    discussion:
      "A pull that was broken off goes on where it stopped. VISION_MIRROR names a folder or URL to fetch from first.")

  @Argument(help: "Ids of 'vision models list'.") var ids: [String]
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    var tally = Tally()
    for id in ids {
      do {
        let pulled = try WeightsLibrary().pull(ModelLoading.manifestID(id), progress: ModelLoading.progress)
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
        let failure = Failure(error, subject: nil)
        if common.json { Console.shared.result(JSONValue.object([("id", .string(id)), ("error", failure.json)]).text) }
        Console.shared.error(failure)
        tally.add(success: false, code: failure.exitCode)
      }
    }
    if tally.exitCode != .success { throw CommandEnd(code: tally.exitCode) }
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
