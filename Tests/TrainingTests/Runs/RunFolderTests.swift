import Foundation
import Testing
import Training

@Suite struct RunFolderTests {
  private let folder = TemporaryFolder()

  private func run(_ name: String, recipe: String = "", _ values: [Double]) throws {
    if !recipe.isEmpty { try folder.write("runs/\(name)/recipe.yaml", recipe) }
    let rows = values.enumerated().map { "\($0 + 1),\(2 - $1),\($1)\n" }.joined()
    try folder.write("runs/\(name)/metrics.csv", "epoch,train_loss,val_top1\n" + rows)
  }

  @Test func newFoldersGetNamesOfTheirOwn() throws {
    let root = folder.path("a/runs")
    let names = try (0..<3).map { _ in try RunFolder.create(in: root, name: "train").name }
    #expect(names == ["train", "train-2", "train-3"])
    for name in ["", "a/b", "..", ".x", "a\n"] {
      #expect(throws: TrainingError.self) { _ = try RunFolder.create(in: root, name: name) }
    }
  }

  @Test func manyAtOnceGetManyFolders() async throws {
    let root = folder.path("runs")
    let paths = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<16 { group.addTask { try RunFolder.create(in: root, name: "t").path } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(paths.count == 16)
  }

  @Test func runsAreListedAndFound() throws {
    for name in ["train-10", "train-9", "train", "fine"] { try run(name, [0.5]) }
    try folder.write("runs/notes/readme.txt", "no run")
    let root = folder.path("runs")
    #expect(try RunFolder.all(in: root).map(\.name) == ["fine", "train", "train-9", "train-10"])
    #expect(try RunFolder.find("train-9", in: root).path == root + "/train-9")
    #expect(try RunFolder.find(root + "/train/", in: "elsewhere").name == "train")
    let near = #expect(throws: TrainingError.self) { _ = try RunFolder.find("trian", in: root) }
    #expect(near?.description.contains("did you mean 'train'") == true && near?.exitCode == .missingInput)
    let other = #expect(throws: TrainingError.self) { _ = try RunFolder.find("notes", in: root) }
    #expect(other?.description.contains("not a run") == true)
    #expect(throws: TrainingError.self) { _ = try RunFolder.all(in: folder.path("nowhere")) }
  }

  @Test func aSummaryHasTheBestOfEachMetric() throws {
    try run("a", recipe: "epochs: 9\noptimizer: {kind: sgd, momentum: 0.9}\nsteps: [3, 6]\n", [0.5, 0.8, 0.8, 0.7])
    let summary = try RunSummary(RunFolder(path: folder.path("runs/a")))
    #expect(summary.epochs == 4 && summary.plannedEpochs == 9)
    let headline = try #require(summary.headline)
    #expect(headline.metric == "val_top1" && headline.value == 0.8 && headline.epoch == 2)
    #expect(summary.best.map(\.metric) == ["train_loss", "val_top1"] && summary.best[0].value == 1.2)
    #expect(summary.settings.map(\.key) == ["epochs", "optimizer.kind", "optimizer.momentum", "steps"])
    #expect(summary.settings.map(\.value) == ["9", "sgd", "0.9", "[3, 6]"])
  }

  @Test func aComparisonSaysWhatDiffers() throws {
    try run("a", recipe: "epochs: 9\nlr: 0.1\n", [0.5, 0.8])
    try run("b", recipe: "epochs: 9\nlr: 0.2\nema: 0.99\n", [0.6])
    try run("c", [])
    let runs = try ["a", "b", "c"].map { try RunSummary(RunFolder(path: folder.path("runs/" + $0))) }
    let comparison = RunComparison(Array(runs.prefix(2)))
    #expect(comparison.differences.map(\.key) == ["lr", "ema"])
    #expect(comparison.differences.map(\.values) == [["0.1", "0.2"], [nil, "0.99"]])
    #expect(comparison.best("val_top1").map { $0?.value } == [0.8, 0.6])
    #expect(comparison.plot.panels.map { $0.series.map(\.name) } == [["a", "b"], ["a", "b"]])
    let all = RunComparison(runs)
    #expect(all.best("val_top1").last == .some(nil))
    #expect(all.differences.contains { $0.key == "epochs" && $0.values.last == .some(nil) })
    _ = try all.plot.image()
  }

  @Test func aBrokenRecipeIsNamed() throws {
    try run("a", recipe: "epochs: [\n", [0.5])
    let error = #expect(throws: TrainingError.self) {
      _ = try RunSummary(RunFolder(path: folder.path("runs/a")))
    }
    #expect(error?.description.contains("recipe.yaml") == true && error?.exitCode == .damagedInput)
  }
}
