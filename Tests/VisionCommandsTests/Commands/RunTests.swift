import Foundation
import TestSupport
import Testing

/// `vision run`, and commands as pipelines.
@Suite struct RunTests {
  private let folder = Scratch()
  private let street = Program.sample("street.jpg"), fruit = Program.sample("fruit.png")

  private func bytes(_ path: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    let root = folder.path(path)
    for name in FileManager.default.enumerator(atPath: root)?.compactMap({ $0 as? String }) ?? [] {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder), !isFolder.boolValue
      else {
        continue
      }
      found[name] = try Data(contentsOf: URL(fileURLWithPath: root + "/" + name))
    }
    return found
  }

  /// The file that a command prints does what the command does, byte for byte.
  @Test(arguments: [
    [
      "detect", "--model", "yolox_nano", "--weights", "random", "--seed", "3", "--confidence", "0.01",
      "--max-detections", "5",
    ],
    [
      "detect", "--model", "yolox_nano", "--weights", "random", "--no-images", "--format", "coco,csv,voc,yolo",
      "--confidence", "0",
    ],
    ["classify", "--model", "squeezenet1_1", "--weights", "random", "--top", "3", "--batch", "2"],
    ["embed", "--model", "squeezenet1_1", "--weights", "random", "--normalize"],
    ["segment", "--model", "lraspp_mobilenet_v3_large", "--weights", "random", "--opacity", "0.7"],
    ["style-transfer", "--weights", "random", "--longest", "96"], ["convert", "--format", "jpeg", "--shortest", "50"],
    ["augment", "--recipe", "imagenet-train", "--count", "4", "--seed", "5"],
  ])
  func aCommandIsThePipelineItPrints(arguments: [String]) throws {
    var command = [arguments[0], fruit, street] + arguments.dropFirst()
    if !["classify", "embed"].contains(arguments[0]) { command += ["-o", folder.path("out")] }
    let direct = try Program.run(command + ["--json"])
    #expect(direct.code == 0, "\(direct.errors)")
    let plain = try Program.run(command)
    let files = try bytes("out")
    try? FileManager.default.removeItem(atPath: folder.path("out"))
    let printed = try Program.run(command + ["--print-pipeline"])
    #expect(printed.code == 0 && folder.names("out").isEmpty, "printing runs nothing")
    let path = try folder.write("printed.yaml", printed.output)
    #expect(try Program.run(["run", path, "--json"]).output == direct.output)
    #expect(try bytes("out") == files)
    #expect(try Program.run(["run", path]).output == plain.output)
    #expect(try Program.run(["run", path, "--print-pipeline"]).output == printed.output)
  }

  @Test func faultsAreLinesWithPlaces() throws {
    let path = try folder.write("bad.yaml", "stages:\n  - raed: x\n  - decode: {pixels: 3}\n")
    let run = try Program.run(["run", path, "--json"])
    #expect(run.code == 65 && run.output.isEmpty)
    #expect(
      run.errorLines == [
        "error: \(path):2:5: unknown stage 'raed'; did you mean 'pad' or 'read'?",
        "error: \(path):3:14: unknown setting of decode 'pixels'; there are max_pixels, max_file_bytes, max_scans",
      ], "\(run.errors)")
    #expect(try Program.run(["run", folder.path("none.yaml")]).code == 66)
    #expect(try Program.run(["run", path, "x"]).code == 64)
    #expect(try Program.run(["run"]).code == 64)
  }

  @Test func failedImagesAreReportedAndTheOthersDone() throws {
    let bad = try folder.write("bad.jpg", Files.truncatedPhoto())
    let run = try Program.run(
      ["run", "classify", "input=[\(bad), \(fruit)]", "model=squeezenet1_1", "weights=random", "--json"])
    #expect(run.code == 1)
    #expect(try run.json().map { $0["error"] != nil } == [true, false])
  }

  @Test func whatIsShownRunsNothing() throws {
    let options = ["input=\(fruit)", "output=\(folder.path("out"))"]
    let explained = try Program.run(["run", "detect"] + options + ["--explain"])
    #expect(explained.code == 0 && explained.output.contains("confidence: 0.25"))
    for name in ["g.svg", "g.png"] {
      #expect(try Program.run(["run", "detect"] + options + ["--graph", folder.path(name)]).code == 0)
    }
    #expect(folder.names("").sorted() == ["g.png", "g.svg"])
    #expect(try Program.run(["run", "--schema"]).json().count == 1)
  }

  @Test func aTrainingRecipeIsForAnotherCommand() throws {
    let path = try folder.write("recipe.yaml", "train: {model: lenet}\n")
    let run = try Program.run(["run", path, "epochs=3"])
    #expect(run.code == 64 && run.errors.contains("vision train"), "\(run.errors)")
  }

  /// An interrupted run leaves whole files only; going on gives what a run without interruption gives.
  @Test func anInterruptedRunGoesOn() throws {
    let list = try folder.write("list.txt", String(repeating: street + "\n", count: 400))
    let path = try folder.write(
      "p.yaml",
      "stages:\n  - read: '@\(list)'\n  - decode\n  - scale: {longest: 64}\n"
        + "  - write_images: \(folder.path("out"))\n  - write_jsonl: \(folder.path("rows.jsonl"))\n")
    let run = try Running(Program.path(), ["run", path, "--json"], environment: [:], input: Data())
    try run.wait { $0.output.contains("\n") }
    run.interrupt()
    let end = try run.wait(timeout: 30)
    #expect(end.code == 130 && end.errors.contains("--resume goes on"), "\(end.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("rows.jsonl")))
    let rest = try Program.run(["run", path, "--resume", "--json"])
    #expect(rest.code == 0 && end.lines.count + rest.lines.count == 400)
    let resumed = try bytes("out")
    let rows = try String(contentsOfFile: folder.path("rows.jsonl"), encoding: .utf8)
    try FileManager.default.removeItem(atPath: folder.path("out"))
    #expect(try Program.run(["run", path]).code == 0)
    #expect(try bytes("out") == resumed && resumed.count == 400)
    #expect(try String(contentsOfFile: folder.path("rows.jsonl"), encoding: .utf8) == rows)
  }

  @Test func recordsNameWeightsByHash() throws {
    let path = try folder.write("w.yaml", "stages:\n  - read: \(fruit)\n  - decode\n  - scale: {longest: 8}\n")
    #expect(try Program.run(["run", path, "--record", folder.path("r.yaml")]).code == 0)
    let record = try String(contentsOfFile: folder.path("r.yaml"), encoding: .utf8)
    #expect(record.contains("record:") && record.contains("kernels:"))
    #expect(try Program.run(["run", folder.path("r.yaml")]).code == 0)
  }

  @Test(.enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder"))
  func otherWeightsThanRecordedAreRefused() throws {
    let weights = (TestData.folder ?? "") + "/weights/yolox_nano.pth"
    let path = try folder.write(
      "w.yaml", "stages:\n  - read: \(fruit)\n  - decode\n  - detect: {model: yolox_nano, weights: \(weights)}\n")
    #expect(try Program.run(["run", path, "--record", folder.path("r.yaml")]).code == 0)
    let record = try String(contentsOfFile: folder.path("r.yaml"), encoding: .utf8)
    #expect(record.contains("sha256: "))
    #expect(try Program.run(["run", folder.path("r.yaml")]).code == 0)
    let other = String(repeating: "0", count: 64)
    let run = try Program.run(["run", folder.path("r.yaml"), "detect.sha256=\"\(other)\""])
    #expect(run.code == 65 && run.errors.contains("expected \(other)"), "\(run.errors)")
  }
}
