import Foundation
import Testing

/// Damaged and hostile images: one clear line, the right code, the others of the run done.
@Suite struct BadImageTests {
  private let folder = Scratch()

  /// Makes the input of a case and returns its path.
  private func make(_ kind: String) throws -> String {
    switch kind {
    case "empty": return try folder.write("empty.jpg", Data())
    case "truncated": return try folder.write("truncated.jpg", Files.truncatedPhoto())
    case "head": return try folder.write("head.jpg", Files.truncatedPhoto().prefix(20))
    case "text": return try folder.write("text.jpg", "hello\n")
    case "gif": return try folder.write("gif.jpg", "GIF89a" + String(repeating: "\0", count: 40))
    case "huge": return try folder.write("huge.png", Files.pngHeader(width: 100_000, height: 100_000))
    case "no pixels": return try folder.write("zero.png", Files.pngHeader(width: 0, height: 5))
    case "missing": return folder.path("none.jpg")
    case "folder without images":
      try folder.write("documents/notes.txt", "hello")
      return folder.path("documents")
    case "device": return "/dev/null"
    case "FIFO":
      mkfifo(folder.path("fifo.jpg"), 0o600)
      return folder.path("fifo.jpg")
    case "list of itself":
      let path = folder.path("list.txt")
      try folder.write("list.txt", "@\(path)\n")
      return "@" + path
    case "glob": return folder.path("*.nothing")
    default: throw Program.Fault(description: kind)
    }
  }

  @Test(
    arguments: [
      ("empty", 65, "image.empty"), ("truncated", 65, "image.truncated"), ("head", 65, "image.truncated"),
      ("text", 65, "image.not_an_image"), ("gif", 65, "image.unsupported"), ("huge", 65, "image.too_large"),
      ("no pixels", 65, "image.size"), ("missing", 66, "file.unreadable"), ("folder without images", 66, "input.empty"),
      ("device", 66, "file.unreadable"), ("FIFO", 66, "file.unreadable"), ("list of itself", 66, "input.empty"),
      ("glob", 66, "input.empty"),
    ] as [(String, Int32, String)])
  func isOneLineAndACode(kind: String, code: Int32, name: String) throws {
    let input = try make(kind)
    let run = try Program.run(["convert", input, "-o", folder.path("out"), "--json"], timeout: 20)
    #expect(run.code == code)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.hasPrefix("error: \(input): "), "\(run.errors)")
    #expect(run.errors.contains("; "), "says nothing of what to do: \(run.errors)")
    let line = try #require(run.json().first)
    #expect(line["image"] as? String == input)
    #expect((line["error"] as? [String: String])?["code"] == name)
    #expect(folder.names("out").isEmpty, "something was written")
  }

  @Test func theOthersOfTheRunAreDone() throws {
    let inputs = [try make("empty"), Program.sample("fruit.png"), try make("missing")]
    let run = try Program.run(["convert"] + inputs + ["-o", folder.path("out"), "--json"])
    #expect(run.code == 1)
    let lines = try run.json()
    #expect(lines.map { $0["image"] as? String } == inputs)
    #expect(lines.map { $0["error"] != nil } == [true, false, true])
    #expect(folder.names("out") == ["fruit.png"])
  }

  @Test func detectReportsAsConvertDoes() throws {
    let inputs = [try make("truncated"), Program.sample("fruit.png")]
    let options = ["--model", "yolox_nano", "--weights", "random", "-o", folder.path("out"), "--json"]
    let run = try Program.run(["detect"] + inputs + options)
    #expect(run.code == 1)
    #expect(try run.json().map { $0["detections"] != nil } == [false, true])
    #expect(run.errors.hasPrefix("error: \(inputs[0]): the picture is cut short"))
  }

  @Test func strangeNamesStayOnOneLine() throws {
    let name = folder.path("a\nb\u{1b}[31m ☃.jpg")
    let run = try Program.run(["convert", name, "-o", folder.path("out"), "--json"])
    #expect(run.errorLines.count == 1 && !run.errors.contains("\u{1b}"))
    #expect(try run.json().first?["image"] as? String == name)
  }

  @Test func limitsAreOptions() throws {
    let photo = Program.sample("fruit.png")
    for (option, code) in [("--max-pixels", "image.too_large"), ("--max-file-bytes", "file.too_large")] {
      let run = try Program.run(["convert", photo, "-o", folder.path("out"), option, "100", "--json"])
      #expect(run.code == 65)
      #expect((try run.json().first?["error"] as? [String: String])?["code"] == code)
    }
  }

  @Test(arguments: ["/proc/nothing", "file", "file/below", "/proc/nothing.png"])
  func anOutputThatCannotBeMadeIsNamed(output: String) throws {
    try folder.write("file", "x")
    let path = output.hasPrefix("/") ? output : folder.path(output)
    let run = try Program.run(["convert", Program.sample("fruit.png"), "-o", path])
    #expect(run.code == 73)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains(output == "file/below" ? folder.path("file") : path), "\(run.errors)")
  }

  @Test func inputsAreNeverOverwritten() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: Program.sample("fruit.png")))
    let photo = try folder.write("in/fruit.png", bytes)
    #expect(try Program.run(["convert", photo, "-o", photo]).code == 73)
    #expect(try Program.run(["convert", photo, "-o", folder.path("in")]).code == 0)
    #expect(folder.names("in") == ["fruit-convert.png", "fruit.png"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: photo)) == bytes)
  }
}
