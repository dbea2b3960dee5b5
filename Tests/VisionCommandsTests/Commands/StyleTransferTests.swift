import Foundation
import Imaging
import Testing

@Suite struct StyleTransferTests {
  private let folder = Scratch()
  private let photo = Program.sample("street.jpg")

  @Test(arguments: [(["--size", "41x27"], 41, 27), (["--longest", "64"], 64, 42)]) func paintsAPicture(
    options: [String], width: Int, height: Int
  ) throws {
    let output = folder.path("painted.png")
    let run = try Program.run(
      ["style-transfer", photo, "--model", "transformer_net_nc16", "--weights", "random", "-o", output, "--json"]
        + options)
    #expect(run.code == 0)
    let line = try #require(run.json().first)
    #expect(line["image"] as? String == photo && line["output"] as? String == output)
    #expect(line["steps"] as? Int == 0 && line["content_loss"] is NSNull && line["style_loss"] is NSNull)
    let written = try Image.information(path: output)
    #expect(written.width == width && written.height == height && written.format == .png)
  }

  /// One line says what is missing; exit 64.
  @Test func aStylePictureNeedsOptimisation() throws {
    let run = try Program.run(["style-transfer", photo, "--style", photo, "-o", folder.path("x.png")])
    #expect(run.code == 64 && run.output.isEmpty)
    #expect(try #require(run.errorLines.first).contains("optimisation, which is not available yet"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("x.png")))
  }

  @Test(arguments: [
    (["--style", "a.jpg", "--model", "transformer_net"], "exclude each other"),
    (["--size", "9x9", "--longest", "9"], "exclude each other"), (["--longest", "0"], "--longest"),
    (["--quality", "101"], "--quality"), (["--model", "resnet18"], "not for style transfer"),
  ])
  func wrongUsageIsRefused(options: [String], said: String) throws {
    let run = try Program.run(["style-transfer", photo] + options)
    #expect(run.code == 64 && run.errors.contains(said) && run.output.isEmpty)
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["VISION_TEST_DATA"] != nil, "VISION_TEST_DATA is not set"))
  func takesThePublishedFiles() throws {
    let data = try #require(ProcessInfo.processInfo.environment["VISION_TEST_DATA"])
    let run = try Program.run([
      "style-transfer", photo, "--weights", "\(data)/weights/style/udnie_nc16.model", "--longest", "80", "-o",
      folder.path("udnie.jpg"),
    ])
    #expect(run.code == 0 && run.lines == ["\(photo): 80x53 -> \(folder.path("udnie.jpg"))"])
  }
}
