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

/// `vision models pull`.
struct PullModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Fetch weights into the cache, their hash checked.",
    discussion:
      "A pull that was broken off goes on where it stopped. VISION_MIRROR names a folder or URL to fetch from first.")

  @Argument(help: "Ids of 'vision models list'.", completion: .models()) var ids: [String]
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

  @Argument(help: "An id of 'vision models list' (default: all weights that are here).", completion: .models())
  var id: String?
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
