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

  /// Over the network that comes with the toolkit.
  @Test func optimisesForTheStyleOfAPicture() throws {
    let output = folder.path("painted.png"), preview = folder.path("preview.png")
    let arguments = [
      "style-transfer", photo, "--style", Program.sample("fruit.png"), "--steps", "6", "--longest", "64", "--offline",
      "--preview", preview, "--preview-every", "3", "--json", "-o",
    ]
    let run = try Program.run(arguments + [output])
    #expect(run.code == 0)
    let line = try #require(run.json().first)
    #expect(line["steps"] as? Int == 6 && line["output"] as? String == output)
    let style = try #require(line["style_loss"] as? Double), content = try #require(line["content_loss"] as? Double)
    #expect(style > 0 && content > 0)
    let written = try Image.read(path: output)
    #expect(written.width == 64 && written.height == 42)
    #expect(try Image.read(path: preview).pixels != written.pixels)
    // More steps come closer; other threads change nothing.
    let again = try Program.run(arguments + [folder.path("again.png"), "--threads", "1"])
    #expect(again.code == 0)
    #expect(try Image.read(path: folder.path("again.png")).pixels == written.pixels)
    let longer = try Program.run(arguments + [folder.path("longer.png"), "--steps", "30"])
    #expect(try #require(longer.json().first?["style_loss"] as? Double) < style)
  }

  @Test func aStyleThatCannotBeReadIsNamed() throws {
    let broken = try folder.write("broken.jpg", "no picture")
    for (style, code) in [(broken, Int32(65)), (folder.path("none.jpg"), 66)] {
      let run = try Program.run(["style-transfer", photo, "--style", style, "--offline", "-o", folder.path("x.png")])
      #expect(run.code == code && run.errors.contains(style) && run.errorLines.count == 1)
      #expect(!FileManager.default.fileExists(atPath: folder.path("x.png")))
    }
  }

  @Test(arguments: [
    (["--style", "a.jpg", "--model", "transformer_net"], "exclude each other"),
    (["--size", "9x9", "--longest", "9"], "exclude each other"), (["--longest", "0"], "--longest"),
    (["--steps", "5"], "goes with --style"), (["--keep-colors"], "goes with --style"),
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
