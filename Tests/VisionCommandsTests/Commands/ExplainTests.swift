import Foundation
import Imaging
import Testing

@Suite struct ExplainTests {
  private let folder = Scratch()
  private let photo = Program.sample("street.jpg")

  /// Without the default's weights: those that come with the toolkit, and a warning that says so.
  @Test func showsWhereTheBuiltInNetworkLooks() throws {
    let output = folder.path("overlay.png")
    let run = try Program.run(["explain", photo, "--offline", "--json", "--top", "3", "-o", output])
    #expect(run.code == 0)
    #expect(run.errorLines.contains { $0.hasPrefix("warning: the weights of resnet18 are not here") })
    let line = try #require(run.json().first)
    #expect(line["image"] as? String == photo && line["overlay"] as? String == output)
    let found = try #require(line["class"] as? Int), predictions = try #require(line["predictions"] as? [[String: Any]])
    #expect(predictions.count == 3 && predictions[0]["class"] as? Int == found)
    let stages = try #require(line["stages"] as? [[String: Any]])
    #expect(stages.compactMap { $0["stage"] as? String } == ["decoded", "input", "features", "scores", "evidence"])
    let original = try Image.read(path: photo), drawn = try Image.read(path: output)
    #expect(drawn.size == original.size && drawn.pixels != original.pixels)
  }

  @Test func classesAreNamedOrNumbered() throws {
    func explained(_ label: String) throws -> Program.Outcome {
      try Program.run(["explain", photo, "--offline", "--json", "--class", label, "-o", folder.path("o.png")])
    }
    #expect(try explained("Dog").json().first?["class"] as? Int == 5)
    #expect(try explained("9").json().first?["label"] as? String == "truck")
    let unknown = try explained("dgo"), tooLarge = try explained("10")
    #expect(unknown.code == 65 && unknown.errors.contains("did you mean 'dog'?"))
    #expect(tooLarge.code == 65 && tooLarge.errors.contains("there is no class 10"))
  }

  @Test(arguments: [
    (["--class", ""], "--class"), (["--top", "0"], "--top"), (["--quality", "0"], "--quality"),
    (["-o", ""], "--output"),
  ])
  func wrongUsageIsRefused(options: [String], said: String) throws {
    let run = try Program.run(["explain", photo] + options)
    #expect(run.code == 64 && run.errors.contains(said))
  }

  @Test func detectorsAreAskedForBoxes() throws {
    let run = try Program.run([
      "explain", photo, "--model", "yolox_nano", "--weights", "random", "--class", "16", "--json", "-o",
      folder.path("o.png"),
    ])
    #expect(run.code == 0)
    let stages = try #require(run.json().first?["stages"] as? [[String: Any]])
    #expect(stages.count { $0["stage"] as? String == "features" } == 3)
  }
}
