import Configuration
import Foundation
import Pipelines
import TestSupport
import Testing

/// Every file in `Pipelines/` runs on the sample images.
@Suite struct ShippedPipelineTests {
  private let folder = Folder()

  private static var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: Checking.root + "/Pipelines")) ?? [])
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// What makes it quick: small networks, random weights.
  private func overrides(_ name: String) -> [String]? {
    let input = "input=[\(Checking.sample("fruit.png")), \(Checking.sample("street.jpg"))]"
    let nano = ["weights=random", "model=yolox_nano", "detect.confidence=0", "detect.max_detections=4"]
    let output = "output=" + folder["out"]
    switch name {
    case "classify": return [input, "model=squeezenet1_1", "weights=random"]
    case "detect", "blur-people": return [input, output] + nano
    case "segment": return [input, output, "model=lraspp_mobilenet_v3_large", "weights=random"]
    case "style-transfer": return [input, output, "weights=random", "longest=96"]
    case "detect-then-classify":
      return [
        input, output, "detector=yolox_nano", "detector_weights=random", "classifier=squeezenet1_1",
        "classifier_weights=random", "detect.confidence=0", "detect.max_detections=3", "crop.min_side=1",
      ]
    case "count-objects": return [input, "output=" + folder["out/table.csv"]] + nano
    case "embed-and-deduplicate":
      return [
        "input=[\(Checking.sample("fruit.png")), \(Checking.sample("fruit.png"))]", output, "model=squeezenet1_1",
        "weights=random",
      ]
    case "augment-preview": return [input, output, "contact_sheet.count=4"]
    case "benchmark-zoo": return ["models=[lenet_mnist]", "runs=1", "output=" + folder["out/zoo.jsonl"]]
    case "evaluate-classification":
      return ["data=" + folder["classes"], "model=squeezenet1_1", "weights=random", "match=index"]
    case "evaluate-detection":
      return ["data=" + folder["yolo"], "model=yolox_nano", "weights=random", "limit=1"]
    default: return nil
    }
  }

  private func makeDataSets() throws {
    let files = FileManager.default
    for place in ["classes/a", "classes/b", "yolo/images", "yolo/labels"] {
      try files.createDirectory(atPath: folder[place], withIntermediateDirectories: true)
    }
    for place in ["classes/a", "classes/b", "yolo/images"] {
      try files.copyItem(atPath: Checking.sample("fruit.png"), toPath: folder[place + "/fruit.png"])
    }
    try folder.write("yolo/labels/fruit.txt", "0 0.5 0.5 0.2 0.2\n")
    try folder.write("yolo/data.yaml", "names: [person]\ntrain: images\n")
  }

  @Test(arguments: names) func runs(name: String) throws {
    let path = Checking.root + "/Pipelines/\(name).yaml"
    guard let overrides = overrides(name) else {
      // Training recipes are for another command, which says so.
      let error = #expect(throws: ConfigurationError.self) { try Pipeline.plan(path: path) }
      #expect(error?.description.contains("vision train") == true)
      return
    }
    try makeDataSets()
    let plan = try Pipeline.plan(path: path, overrides: overrides)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!plan.help.isEmpty && text.hasPrefix("# "), "a comment says what it is for")
    let pipeline = try Pipeline(plan, models: .offline())
    var faults: [String] = []
    var outputs: [String] = []
    let summary = try pipeline.run { outcome in
      switch outcome.result {
      case .success(let items): outputs += items.flatMap { $0.outputs.map { $0.1 } }
      case .failure(let error): faults.append("\(outcome.name): \(error)")
      }
    }
    #expect(faults.isEmpty && summary.isWhole && summary.done > 0)
    for output in outputs { #expect(FileManager.default.fileExists(atPath: output), "\(output)") }
    switch name {
    case "embed-and-deduplicate": #expect(folder.names("out") == ["fruit.png"])
    case "count-objects": #expect(try folder.text("out/table.csv").split(separator: "\n").count > 1)
    case "evaluate-classification", "evaluate-detection": #expect(summary.results.first?.values.first?.1.text != "0")
    case "segment": #expect(outputs.count == 4)
    default: break
    }
  }

  /// The same bytes, run by run and from its record.
  @Test func aRecordIsReplayedByteForByte() throws {
    let plan = try Pipeline.plan(path: Checking.root + "/Pipelines/detect.yaml", overrides: overrides("detect") ?? [])
    let first = try Pipeline(plan, models: .offline())
    var lines: [String] = []
    try first.run {
      for item in (try? $0.result.get()) ?? [] { lines.append(item.line + item.record.map { $0.1.text }.joined()) }
    }
    let picture = try folder.bytes("out/fruit.png")
    let record = RunRecord(first, version: "1").text
    #expect(record.contains("names_sha256"))
    try FileManager.default.removeItem(atPath: folder["out"])
    var again: [String] = []
    let replayed = try Pipeline(Pipeline.plan(text: record, name: "r"), models: .offline())
    try replayed.run {
      for item in (try? $0.result.get()) ?? [] { again.append(item.line + item.record.map { $0.1.text }.joined()) }
    }
    #expect(lines == again && lines.count == 2)
    #expect(try folder.bytes("out/fruit.png") == picture)
  }

  @Test func graphsAreDrawn() throws {
    let plan = try Pipeline.plan(
      path: Checking.root + "/Pipelines/detect-then-classify.yaml", overrides: overrides("detect-then-classify") ?? [])
    let graph = PipelineGraph(plan)
    #expect(graph.svg.contains(">gather</text>") && graph.svg.hasSuffix("</svg>\n"))
    #expect(graph.svg.contains("Find objects, then classify each one.") && !graph.svg.contains("null"))
    let image = try graph.image()
    #expect(image.width > 200 && image.height > 400 && Set(image.pixels).count > 20)
  }

  /// pycocotools on the official chain gives AP 0.3377, AP50 0.4970, AP75 0.3664 (the data's README).
  @Test(.enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder"))
  func averagePrecisionIsThatOfPycocotools() throws {
    let data = TestData.folder ?? "", files = FileManager.default
    try files.createDirectory(atPath: folder["coco/annotations"], withIntermediateDirectories: true)
    let unzip = Process()
    unzip.executableURL = URL(fileURLWithPath: "/usr/bin/unzip")
    unzip.arguments = ["-qoj", data + "/datasets/coco128-val.zip", "*/images/val2017/*", "-d", folder["coco/val2017"]]
    try unzip.run()
    unzip.waitUntilExit()
    try files.copyItem(
      atPath: data + "/golden/coco128_gt.json", toPath: folder["coco/annotations/instances_val2017.json"])
    let plan = try Pipeline.plan(
      path: Checking.root + "/Pipelines/evaluate-detection.yaml",
      overrides: ["data=" + folder["coco"], "model=yolox_nano", "weights=\(data)/weights/yolox_nano.pth"])
    let summary = try Pipeline(plan, models: .offline()).run()
    let text = summary.results.first?.values.last?.1.text ?? "{}"
    let metrics = try JSONDecoder().decode([String: Double].self, from: Data(text.utf8))
    for (name, expected) in [("ap", 0.3377), ("ap50", 0.4970), ("ap75", 0.3664)] {
      #expect(abs((metrics[name] ?? 0) - expected) < 0.0005, "\(name): \(text)")
    }
  }

  @Test func theSchemaIsMadeOfTheDeclarations() throws {
    let object = try JSONSerialization.jsonObject(with: Data(PipelineSchema.text().utf8)) as? [String: Any]
    let text = PipelineSchema.text()
    #expect(object?["properties"] != nil)
    for word in ["\"detect\"", "\"confidence\"", "\"random_resized_crop\"", "Least score of a detection."] {
      #expect(text.contains(word))
    }
  }
}
