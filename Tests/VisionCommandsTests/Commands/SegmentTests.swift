import Foundation
import Imaging
import Testing

@Suite struct SegmentTests {
  private let folder = Scratch()

  private func smallPhoto() throws -> String {
    let path = folder.path("small.png")
    _ = try Program.run(["convert", Program.sample("street.jpg"), "-o", path, "--size", "48x32"])
    return path
  }

  @Test func writesOverlayMaskAndCounts() throws {
    let photo = try smallPhoto()
    let run = try Program.run(
      ["segment", photo, "--model", "unet", "--weights", "random", "-o", folder.path("out"), "--json"])
    #expect(run.code == 0)
    let line = try #require(run.json().first)
    #expect(line["image"] as? String == photo && line["model"] as? String == "unet")
    #expect(line["width"] as? Int == 48 && line["height"] as? Int == 32)
    for key in ["mask", "overlay"] {
      let path = try #require(line[key] as? String)
      let written = try Image.information(path: path)
      #expect(written.width == 48 && written.height == 32)
    }
    let classes = try #require(line["classes"] as? [[String: Any]])
    #expect(classes.compactMap { $0["pixels"] as? Int }.reduce(0, +) == 48 * 32)
    #expect(abs(classes.compactMap { $0["fraction"] as? Double }.reduce(0, +) - 1) < 1e-6)
    #expect(classes.allSatisfy { $0["label"] is String && $0["class"] is Int })
    #expect(folder.names("out") == ["small-mask.png", "small.png"])
  }

  @Test func aFailedPictureDoesNotStopTheOthers() throws {
    let run = try Program.run([
      "segment", "missing.jpg", try smallPhoto(), "--model", "unet", "--weights", "random", "-o", folder.path("out"),
      "--json",
    ])
    #expect(run.code == 1)
    let lines = try run.json()
    #expect(lines.count == 2 && lines[0]["error"] != nil && lines[1]["mask"] != nil)
  }

  @Test func aPictureTooSmallForTheNetworkIsNamed() throws {
    let path = folder.path("tiny.png")
    _ = try Program.run(["convert", Program.sample("street.jpg"), "-o", path, "--size", "9x9"])
    let run = try Program.run(["segment", path, "--model", "unet", "--weights", "random", "-o", folder.path("out")])
    #expect(run.code == 65 && run.output.isEmpty)
    #expect(run.errors.contains("tiny.png") && run.errors.contains("at least 16"))
  }

  @Test(arguments: [
    (["--opacity", "2"], "--opacity"), (["--quality", "0"], "--quality"), (["--model", ""], "--model"),
    (["--output", ""], "--output"), (["--model", "yolox_nano"], "for detection, not for segmentation"),
  ])
  func wrongUsageIsRefused(options: [String], said: String) throws {
    let run = try Program.run(["segment", Program.sample("street.jpg")] + options)
    #expect(run.code == 64 && run.errors.contains(said) && run.output.isEmpty)
  }
}
