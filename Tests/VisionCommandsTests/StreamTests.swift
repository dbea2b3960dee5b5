import Foundation
import Testing

/// Pipes that close, disks that are full, Ctrl-C: the program ends by itself and leaves no half file.
@Suite struct StreamTests {
  private let folder = Scratch()

  /// A list of many pictures, so that there is something to interrupt.
  private func list(_ count: Int) throws -> String {
    "@" + (try folder.write("list.txt", String(repeating: Program.sample("street.jpg") + "\n", count: count)))
  }

  private var partialFiles: [String] { folder.names("out").filter { $0.hasSuffix(".partial") } }

  @Test func aReaderThatHasSeenEnoughEndsTheRun() throws {
    let options = ["-o", folder.path("out"), "--json"]
    let run = try Program.shell(
      #"{ "$0" "$@"; echo "code $?" >&2; } | head -n 1"#, ["convert", list(500)] + options)
    #expect(run.lines.count == 1)
    #expect(run.errors == "code 0\n")
    #expect((1..<500).contains(folder.names("out").count) && partialFiles.isEmpty)
  }

  @Test func detectLeavesNoHalfFormats() throws {
    let run = try Program.shell(
      #"{ "$0" "$@"; echo "code $?" >&2; } | head -n 1"#,
      ["detect", list(300), "--model", "yolox_nano", "--weights", "random", "-o", folder.path("out"), "--json"]
        + ["--format", "coco,csv", "--no-images"])
    #expect(run.lines.count == 1 && run.errors == "code 0\n")
    #expect(folder.names("out").isEmpty)
  }

  @Test func aFullDiskBehindStandardOutputIsAnError() throws {
    let run = try Program.shell(#""$0" models list > /dev/full"#, [])
    #expect(run.code == 73)
    #expect(run.errors.hasPrefix("error: standard output: cannot be written: "))
  }

  @Test func anInterruptFinishesWhatIsUnderWay() throws {
    let arguments = ["convert", try list(2000), "-o", folder.path("out"), "--json"]
    let run = try Running(Program.path(), arguments, environment: [:], input: Data())
    try run.wait { $0.output.contains("\n") }
    run.interrupt()
    let end = try run.wait(timeout: 20)
    #expect(end.code == 130)
    #expect(end.errors.contains("interrupted after \(end.lines.count) of 2000 images"))
    #expect(end.lines.count < 2000 && partialFiles.isEmpty)
    for name in folder.names("out").suffix(2) {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("out/" + name)))
      #expect(bytes.suffix(8).prefix(4) == Data("IEND".utf8), "\(name) is not whole")
    }
  }

  @Test func anInterruptEndsTheWaitForStandardInput() throws {
    let arguments = ["convert", "-", "-o", folder.path("x.png")]
    let run = try Running(Program.path(), arguments, environment: [:], input: nil)
    usleep(300_000)
    run.interrupt()
    #expect(try run.wait(timeout: 20).code == 130)
  }

  @Test func quietIsSilentAndVerboseIsNot() throws {
    let arguments = ["detect", Program.sample("fruit.png"), "--model", "yolox_nano", "--weights", "random"]
    let options = ["-o", folder.path("out"), "--no-images"]
    #expect(try Program.run(arguments + options + ["--quiet"]).errors.isEmpty)
    let verbose = try Program.run(arguments + options + ["--verbose"], environment: ["NO_COLOR": "1"])
    #expect(verbose.errors.contains("yolox_nano: ") && !verbose.errors.contains("\u{1b}"))
  }
}
