import Imaging
import Testing
import Training

@Suite struct PlotTests {
  private static func color(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
    Array(image.pixels[3 * (y * image.width + x)..<3 * (y * image.width + x) + 3])
  }

  private static let table = MetricsTable(
    columns: ["train_loss", "val_loss", "val_top1", "learning_rate", "images_per_second"],
    rows: (1...20).map { epoch in
      let t = Double(epoch)
      return MetricsTable.Row(epoch: epoch, values: [2 / t, 2.2 / t, 1 - 0.8 / t, 0.1 * (1 - t / 20), 500])
    })

  @Test func aPanelForEachMetricWithItsPartsTogether() throws {
    let plot = CurvePlot(title: "train", Self.table)
    #expect(plot.panels.map(\.title) == ["loss", "top1", "learning_rate"])
    #expect(plot.panels[0].series.map(\.name) == ["train", "val"])
    #expect(plot.panels[0].series.map(\.best) == [nil, .lower])
    #expect(plot.panels[1].series.map(\.best) == [.higher] && plot.panels[2].series[0].best == nil)
    let image = try plot.image()
    #expect(image.width == 3 * 620 + 24 && image.height == 400 + 76)
    // Both curves are drawn in colours of their own.
    for color in [[0, 107, 178], [220, 90, 10]] as [[UInt8]] {
      let count = stride(from: 0, to: image.pixels.count, by: 3).count { Array(image.pixels[$0..<$0 + 3]) == color }
      #expect(count > 300)
    }
    #expect(try plot.image() == image)
  }

  @Test func valuesThatAreNoNumbersAndEmptyTablesAreDrawn() throws {
    var table = Self.table
    for place in table.rows.indices { table.rows[place].values[0] = place % 2 == 0 ? .nan : .infinity }
    table.rows[3].values[1] = nil
    _ = try CurvePlot(title: "gaps", table).image()
    _ = try CurvePlot(title: "one", MetricsTable(columns: ["loss"], rows: [.init(epoch: 1, values: [3])])).image()
    _ = try CurvePlot(
      title: "huge",
      MetricsTable(columns: ["a"], rows: [.init(epoch: 1, values: [1e308]), .init(epoch: 2, values: [-1e308])])
    ).image()
    #expect(try CurvePlot(title: "nothing", MetricsTable(columns: ["loss"])).image().width == 644)
  }

  @Test func theMatrixIsColouredByRows() throws {
    var metrics = ClassificationMetrics(classes: ["cat", "dog", "a class with a very long name indeed"])
    for _ in 0..<9 { try metrics.add(target: 0, predicted: 0) }
    try metrics.add(target: 0, predicted: 1)
    try metrics.add(target: 1, predicted: 1)
    let image = try ConfusionPlot(metrics).image()
    // The deepest blue for rows that are all right, white for a row without pictures.
    let all = stride(from: 0, to: image.pixels.count, by: 3).map { Array(image.pixels[$0..<$0 + 3]) }
    #expect(all.count { $0 == [12, 59, 120] } > 1000)
    #expect(all.count { $0 == [250, 251, 253] } > 10_000)
    #expect(try ConfusionPlot(ClassificationMetrics(classes: [])).image().width > 0)
    #expect(try ConfusionPlot(ClassificationMetrics(classes: (0..<1000).map { "class \($0)" })).image().width < 3000)
  }
}
