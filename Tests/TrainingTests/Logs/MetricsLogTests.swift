import Foundation
import Testing
import Training

@Suite struct MetricsLogTests {
  private let folder = TemporaryFolder()

  @Test func numbersAreReadBackExactly() throws {
    let path = folder.path("metrics.csv")
    let values: [Double] = [
      0.1, 1.0 / 3, Double.leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0, 123456789, .infinity, 2e-7,
    ]
    let log = try MetricsLog(path: path, columns: ["loss"])
    for (index, value) in values.enumerated() { try log.append(epoch: index + 1, ["loss": value]) }
    let table = try MetricsTable.read(path: path)
    #expect(table == log.table)
    #expect(table.series("loss").map(\.value.bitPattern) == values.map(\.bitPattern))
    #expect(try folder.text("metrics.csv").hasPrefix("epoch,loss\n1,0.1\n"))
  }

  @Test func whatWasNotMeasuredIsEmptyAndNoNumberIsNone() throws {
    let path = folder.path("metrics.csv")
    let log = try MetricsLog(path: path, columns: ["loss", "top1"])
    try log.append(epoch: 1, ["loss": .nan])
    #expect(try folder.text("metrics.csv") == "epoch,loss,top1\n1,nan,\n")
    let row = try #require(MetricsTable.read(path: path).rows.first)
    #expect(row.values[0]?.isNaN == true && row.values[1] == nil)
  }

  @Test func aResumedLogIsCutBackToItsEpoch() throws {
    let path = folder.path("metrics.csv")
    let first = try MetricsLog(path: path, columns: ["loss"])
    for epoch in 1...4 { try first.append(epoch: epoch, ["loss": Double(epoch)]) }
    // A kill in the middle of a line.
    let whole = try folder.text("metrics.csv")
    try folder.write("metrics.csv", whole + "5,0.")
    let second = try MetricsLog(path: path, columns: ["loss"], resumingAfter: 2)
    try second.append(epoch: 3, ["loss": 30])
    #expect(try folder.text("metrics.csv") == "epoch,loss\n1,1\n2,2\n3,30\n")
    let other = #expect(throws: TrainingError.self) {
      _ = try MetricsLog(path: path, columns: ["loss", "top1"], resumingAfter: 2)
    }
    #expect(other?.code == "training.inconsistent")
    _ = try MetricsLog(path: path, columns: ["top1"])
    #expect(try folder.text("metrics.csv") == "epoch,top1\n")
  }

  @Test func aCutLineDoesNotCount() throws {
    try folder.write("m.csv", "epoch,loss\n1,0.5\n2,0.2")
    #expect(try MetricsTable.read(path: folder.path("m.csv")).rows.count == 1)
    try folder.write("m.csv", "epoch,loss\r\n1,0.5\r\n")
    #expect(try MetricsTable.read(path: folder.path("m.csv")).series("loss").map(\.value) == [0.5])
  }

  @Test(arguments: [
    ("", "no table"), ("a,b\n", "no table"), ("epoch,a\n1\n", "line 2 has 1 values"),
    ("epoch,a\n1,x\n", "'x' is no number"), ("epoch,a\n2,1\n2,1\n", "epoch 2 after 2"), ("epoch,a,a\n", "no table"),
  ])
  func damagedTablesAreNamed(_ text: String, _ words: String) throws {
    try folder.write("m.csv", text)
    let error = #expect(throws: TrainingError.self) { _ = try MetricsTable.read(path: folder.path("m.csv")) }
    #expect(error?.description.contains(words) == true && error?.exitCode == .damagedInput)
  }

  @Test func namesAndOrderAreChecked() throws {
    for names in [["a b"], ["a,b"], ["a", "a"], ["epoch"], [""]] {
      #expect(throws: TrainingError.self) { _ = try MetricsLog(path: folder.path("x.csv"), columns: names) }
    }
    let log = try MetricsLog(path: folder.path("x.csv"), columns: ["a"])
    try log.append(epoch: 3, [:])
    #expect(throws: TrainingError.self) { try log.append(epoch: 3, ["a": 1]) }
    #expect(throws: TrainingError.self) { try log.append(epoch: 4, ["b": 1]) }
    let gone = #expect(throws: TrainingError.self) {
      _ = try MetricsLog(path: folder.path("none/x.csv"), columns: ["a"])
    }
    #expect(gone?.exitCode == .unwritableOutput)
  }
}
