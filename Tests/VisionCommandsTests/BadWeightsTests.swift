import Foundation
import TestSupport
import Testing

/// Damaged, hostile and unfitting weights: refused in one line, nothing run, nothing written.
@Suite struct BadWeightsTests {
  private let folder = Scratch()

  private func detect(_ options: [String]) throws -> Program.Outcome {
    try Program.run(["detect", Program.sample("fruit.png"), "--offline", "-o", folder.path("out")] + options)
  }

  private func expectRefused(_ run: Program.Outcome, code: Int32 = 65, naming text: String) {
    #expect(run.code == code)
    #expect(run.errorLines.count == 1 && run.errors.hasPrefix("error: "), "\(run.errors)")
    #expect(run.errors.contains(text), "\(run.errors)")
    #expect(run.output.isEmpty && folder.names("out").isEmpty)
  }

  @Test(arguments: [
    ("header of 2^63", "found 9223372036854775808"), ("header of 2^64 - 1", "found 18446744073709551615"),
    ("empty", "the file is empty"), ("text", "a text file, not weights"), ("bad JSON", "not well-formed JSON"),
    ("data missing", "data_offsets"), ("another model", "do not fit the network"), ("NaN", "do not fit the network"),
  ])
  func safetensors(kind: String, message: String) throws {
    let bytes: Data
    switch kind {
    case "header of 2^63": bytes = Files.header64(1 << 63) + Data("{}".utf8)
    case "header of 2^64 - 1": bytes = Files.header64(.max) + Data("{}{}{}".utf8)
    case "empty": bytes = Data()
    case "text": bytes = Data("not weights at all\n".utf8)
    case "bad JSON": bytes = Files.header64(10) + Data("{{{{{{{{{{".utf8)
    case "data missing": bytes = Files.safeTensors("a", [4], [1, 2, 3, 4]).dropLast(8)
    case "another model": bytes = Files.safeTensors("conv1.weight", [2], [1, 2])
    default: bytes = Files.safeTensors("conv1.weight", [2], [.nan, 2])
    }
    let path = try folder.write("weights.safetensors", bytes)
    expectRefused(try detect(["--model", "yolox_nano", "--weights", path]), naming: message)
  }

  @Test func aPickleRunsNothing() throws {
    let trace = folder.path("owned")
    let path = try folder.write("evil.pth", "cposix\nsystem\n(S'touch \(trace)'\ntR.")
    expectRefused(try detect(["--model", "yolox_nano", "--weights", path]), naming: "posix.system")
    #expect(!FileManager.default.fileExists(atPath: trace))
  }

  @Test(arguments: [
    ("[net]\nwidth=32\nheight=32\nchannels=3\n[route]\nlayers=5\n", "section 5"),
    ("[net]\nwidth=32\nheight=32\nchannels=3\n[route]\nlayers=0\n", "section 0"),
    ("[net]\nwidth=-32\nheight=32\nchannels=3\n", "found \"-32\""),
    ("[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nfilters=-16\nsize=3\n", "found \"-16\""),
    ("[net]\nwidth=99999999999999999999\nheight=32\nchannels=3\n", "found \"99999999999999999999\""),
    ("", "[net]"),
  ])
  func configurations(text: String, message: String) throws {
    let path = try folder.write("model.cfg", text)
    expectRefused(try detect(["--model", path, "--weights", "random"]), naming: message)
  }

  @Test func missingWeightsSayWhatAndWhere() throws {
    let run = try detect(["--model", "yolox_tiny"])
    expectRefused(run, code: 66, naming: "yolox_tiny.pth, 40.5 MB; looked in \(Program.root)/Weights")
    #expect(run.errors.contains("models pull yolox_tiny"))
  }

  @Test func weightsThatCannotBePulledSayWhatAndWhy() throws {
    let run = try Program.run([
      "detect", Program.sample("fruit.png"), "--model", "yolox_tiny", "-o", folder.path("out"),
    ])
    expectRefused(run, code: 66, naming: "yolox_tiny: weights are missing (yolox_tiny.pth, 40.5 MB; looked in")
    #expect(run.errors.contains("fetching failed"))
  }

  @Test(arguments: [[], ["--model", "yolo"]]) func whereNoneIsNamedTheBuiltInOneStandsIn(model: [String]) throws {
    let run = try detect(["--json"] + model)
    #expect(run.code == 0 && run.errors.contains("using the built-in yolo_scenes instead"), "\(run.errors)")
    #expect(run.output.contains("detections"))
  }

  @Test func soItDoesForSegmenters() throws {
    let run = try Program.run(["segment", Program.sample("fruit.png"), "--offline", "-o", folder.path("out")])
    #expect(run.code == 0 && run.errors.contains("using the built-in unet_scenes instead"), "\(run.errors)")
    #expect(!folder.names("out").isEmpty)
  }

  @Test func theUsualStyleIsTheToolkitsOwn() throws {
    let run = try Program.run(["style-transfer", Program.sample("fruit.png"), "--offline", "-o", folder.path("out")])
    #expect(run.code == 0 && !run.errors.contains("warning"), "\(run.errors)")
    #expect(!folder.names("out").isEmpty)
  }

  @Test func missingFilesAndIdsAreToldApart() throws {
    expectRefused(try detect(["--weights", folder.path("none.pth")]), code: 66, naming: "No such file")
    expectRefused(try detect(["--weights", "yolox-nan"]), code: 66, naming: "did you mean yolox_nano")
    expectRefused(try detect(["--model", folder.path("none.cfg")]), code: 66, naming: "none.cfg")
  }

  @Test func darknetWeightsAreNotThoseOfAModelThatIsNone() throws {
    let path = try folder.write("net.weights", Data(count: 64))
    try folder.write("net.cfg", "[net]\nwidth=32\nheight=32\nchannels=3\n")
    expectRefused(
      try detect(["--model", "yolox_nano", "--weights", path]),
      naming: "darknet weights, which yolox_nano does not have")
  }

  @Test(.enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder"))
  func realWeightsWithNaNAreRefused() throws {
    let real = URL(fileURLWithPath: (TestData.folder ?? "") + "/weights/yolox_nano.safetensors")
    var bytes = try Data(contentsOf: real)
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
    let path = try folder.write("nan.safetensors", bytes)
    expectRefused(try detect(["--model", "yolox_nano", "--weights", path]), naming: "NaN or infinite")
  }
}
