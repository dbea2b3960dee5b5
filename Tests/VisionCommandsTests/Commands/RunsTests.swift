import Foundation
import Testing

/// `vision runs`: listing, showing, comparing; exit codes.
@Suite struct RunsTests {
  private let folder = Scratch()

  private func make() throws -> String {
    for (name, rate) in [("train", 0.1), ("train-2", 0.2)] {
      try folder.write("runs/\(name)/recipe.yaml", "epochs: 3\nlearning_rate: \(rate)\n")
      try folder.write(
        "runs/\(name)/metrics.csv", "epoch,train_loss,val_top1\n1,1.5,\(0.5 + rate)\n2,0.75,\(0.6 + rate)\n")
    }
    return folder.path("runs")
  }

  @Test func runsAreListedAndShown() throws {
    let root = try make()
    let list = try Program.run(["runs", "list", "--root", root])
    #expect(list.code == 0 && list.lines.count == 3 && list.lines[2].hasPrefix("train-2"))
    #expect(list.lines[2].contains("2/3") && list.lines[2].contains("val_top1") && list.lines[2].contains("0.8000"))
    let objects = try Program.run(["runs", "list", "--root", root, "--json"]).json()
    let best = (objects.last?["best"] as? [String: [String: Double]])?["val_top1"]
    #expect(objects.count == 2 && best?["epoch"] == 2 && best?["value"] == 0.8)
    let show = try Program.run(["runs", "show", "train", "--root", root, "--json"])
    let run = try #require(try show.json().first)
    #expect((run["epochs"] as? [[String: Double]])?.last == ["epoch": 2, "train_loss": 0.75, "val_top1": 0.7])
    #expect((run["recipe"] as? [String: String]) == ["epochs": "3", "learning_rate": "0.1"])
    let text = try Program.run(["runs", "show", root + "/train"])
    #expect(text.code == 0 && text.lines[0].hasSuffix("train: 2 of 3 epochs"))
  }

  @Test func runsAreCompared() throws {
    let root = try make(), picture = folder.path("curves.png")
    let both = try Program.run(["runs", "compare", "train", "train-2", "--root", root, "-o", picture])
    #expect(
      both.code == 0 && both.output.contains("learning_rate") && !both.lines.contains { $0.hasPrefix("epochs: ") })
    #expect(try Data(contentsOf: URL(fileURLWithPath: picture)).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    let object = try Program.run(["runs", "compare", "train", "train-2", "--root", root, "--json"]).json().first
    #expect((object?["differences"] as? [String: [String]]) == ["learning_rate": ["0.1", "0.2"]])
  }

  @Test func faultsAreOneLine() throws {
    let root = try make()
    let gone = try Program.run(["runs", "show", "trian", "--root", root])
    #expect(gone.code == 66 && gone.errorLines.count == 1 && gone.errors.contains("did you mean 'train'"))
    #expect(try Program.run(["runs", "list", "--root", folder.path("none")]).code == 66)
    #expect(try Program.run(["runs", "compare", "train", "--root", root]).code == 64)
    try folder.write("runs/train/metrics.csv", "epoch,a\n1,x\n")
    let broken = try Program.run(["runs", "list", "--root", root])
    #expect(broken.code == 1 && broken.errorLines.count == 1 && broken.output.contains("train-2"))
  }
}
