import ArgumentParser
import Checkpoints
import Imaging
import Support
import TensorCore

/// `vision doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "What this machine offers and where the program looks.",
    discussion: """
      EXAMPLES
        vision doctor
        vision doctor --json
      """)

  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    let locator = WeightsLocator.standard()
    let libraries = ImageLibraries.versions
    var facts: [(String, JSONValue)] = [
      ("version", .string(VisionVersion.current)),
      ("processor", .string(Processor.name)),
      ("processor_features", .array(Processor.features.map(JSONValue.string))),
      ("kernels", .string(KernelISA.name)),
      ("processors", .int(ThreadPool.availableProcessors)),
      ("threads", .int(ThreadPool.shared.threadCount)),
      ("memory_bytes", .int(Processor.memoryBytes)),
    ]
    facts += libraries.map { ($0.name, .string($0.version)) }
    facts += [
      ("home", locator.home.map { .string($0.path) } ?? .null),
      ("cache", locator.cache.map(JSONValue.string) ?? .null),
      ("packed_weights_bytes", .int(PackedCache.standard(cache: locator.cache)?.byteCount ?? 0)),
      ("packed_weights_limit_bytes", .int(PackedCache.limit())),
      ("mirror", Environment["VISION_MIRROR"].map(JSONValue.string) ?? .null),
    ]
    if common.json {
      Console.shared.result(JSONValue.object(facts).text)
    } else {
      for (name, value) in facts { Console.shared.result("\(name): \(Self.plain(value))") }
    }
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .array(let values): values.map(plain).joined(separator: " ")
    case .null: "none"
    default: value.text
    }
  }
}
