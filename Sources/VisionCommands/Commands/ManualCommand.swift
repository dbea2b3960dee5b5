import ArgumentParser
import FoundationEssentials

/// `vision manual`: what `make man` writes `vision.1` with. Not listed: it is for those who install.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Write the manual page (mdoc) to standard output.", shouldDisplay: false)

  func run() throws {
    let dump = try JSONDecoder().decode(CommandDump.self, from: Data(VisionCommand._dumpHelp().utf8))
    Console.shared.result(ManualPage.text(dump.command, version: VisionVersion.current))
  }
}
