import Checkpoints
import Foundation
import Imaging
import Testing

@Suite struct ManifestTests {
  /// A whole manifest with one part replaced.
  static func text(_ part: String = "", by replacement: String = "") -> String {
    let whole = """
      {"id": "tiny", "model": "tiny", "task": "detection", "format": "darknet",
       "weights": {"name": "tiny.weights", "bytes": 12, "sha256": "\(String(repeating: "ab", count: 32))",
         "urls": ["https://example.org/tiny.weights"]},
       "configuration": {"name": "tiny.cfg"},
       "licence": "MIT", "source": "https://example.org", "paper": "Nobody 2020",
       "metrics": [{"name": "AP", "value": 25.8, "data": "COCO val2017"}], "parameters": 9, "multiplyAdds": 70,
       "options": {"classes": 2, "transformsInput": true, "normEpsilon": 0, "imageSize": 64},
       "inputContract": {"size": [64, 32], "fit": "letterbox"}, "labels": ["cat", "dog"],
       "postprocessing": {"confidence": 0.25, "iou": 0.45, "maxDetections": 100, "categoryIds": [3, 7]},
       "keyMap": [{"prefix": "module.", "replacement": ""}, {"suffix": ".gamma", "replacement": ".weight"},
         {"exact": "epoch", "drop": true}]}
      """
    return part.isEmpty ? whole : whole.replacingOccurrences(of: part, with: replacement)
  }

  func load(_ text: String) throws -> Manifest {
    let folder = try TemporaryFolder()
    return try Manifest.load(path: folder.write(text, to: "tiny.json"))
  }

  @Test func readsEveryEntry() throws {
    let manifest = try load(Self.text())
    #expect(manifest.format == .darknet)
    #expect(manifest.files.map(\.name) == ["tiny.weights", "tiny.cfg"])
    #expect(manifest.weights.maximumBytes == 12)
    let contract = try InputContract(size: ImageSize(width: 64, height: 32), fit: .letterbox())
    #expect(manifest.inputContract == contract)
    #expect(manifest.labels == .inline(["cat", "dog"]))
    #expect(manifest.postprocessing.categoryIDs == .inline([3, 7]))
    #expect(manifest.metrics == [PublishedMetric(name: "AP", value: 25.8, data: "COCO val2017")])
    #expect(manifest.parameters == 9 && manifest.multiplyAdds == 70)
    let options = ManifestOptions(classes: 2, transformsInput: true, normEpsilon: 0, imageSize: 64)
    #expect(manifest.options == options)
    #expect(manifest.keyMap.apply(to: "module.bn.gamma") == "bn.weight")
    #expect(manifest.keyMap.apply(to: "epoch") == nil)
    #expect(manifest.keyMap.apply(to: "head.module.x") == "head.module.x")
  }

  @Test func writesWhatItReads() throws {
    let manifest = try load(Self.text())
    let again = try JSONDecoder().decode(Manifest.self, from: JSONEncoder().encode(manifest))
    #expect(again == manifest)
  }

  @Test(arguments: [
    ("\"licence\": \"MIT\"", "\"license\": \"MIT\"", "license"),
    ("\"licence\": \"MIT\",", "", "licence"),
    ("\"licence\": \"MIT\"", "\"licence\": 3", "licence"),
    ("\"licence\": \"MIT\"", "\"licence\": null", "licence"),
    ("\"bytes\": 12", "\"bytes\": \"12\"", "weights.bytes"),
    ("\"bytes\": 12", "\"bytes\": -12", "weights.bytes"),
    ("\"bytes\": 12", "\"bytes\": 99999999999999", "weights.bytes"),
    ("\"bytes\": 12", "\"length\": 12", "weights.length"),
    ("\"abab", "\"ABab", "weights.sha256"),
    ("\"abab", "\"ab", "weights.sha256"),
    ("\"name\": \"tiny.weights\"", "\"name\": \"../tiny.weights\"", "weights.name"),
    ("\"name\": \"tiny.weights\"", "\"name\": \".tiny\"", "weights.name"),
    ("\"name\": \"tiny.weights\"", "\"name\": \"\"", "weights.name"),
    ("https://example.org/tiny.weights", "file:///etc/passwd", "weights.urls"),
    ("\"darknet\"", "\"caffe\"", "format"),
    ("\"configuration\": {\"name\": \"tiny.cfg\"},", "", "configuration"),
    ("\"name\": \"tiny.cfg\"", "\"name\": \"tiny.weights\"", "configuration"),
    ("\"confidence\": 0.25", "\"confidence\": 25", "postprocessing.confidence"),
    ("\"maxDetections\": 100", "\"maxDetections\": 0", "postprocessing.maxDetections"),
    ("\"parameters\": 9", "\"parameters\": 0", "parameters"),
    ("\"transformsInput\": true", "\"transformsInput\": 1", "options.transformsInput"),
    ("\"classes\": 2", "\"classes\": 0", "options.classes"),
    ("\"classes\": 2", "\"class\": 2", "options.class"),
    ("\"normEpsilon\": 0", "\"normEpsilon\": -1e-5", "options.normEpsilon"),
    ("\"imageSize\": 64", "\"imageSize\": 100000", "options.imageSize"),
    ("[3, 7]", "[\"3\"]", "postprocessing.categoryIds"),
    ("[3, 7]", "\"../ids.txt\"", "postprocessing.categoryIds"),
    ("\"replacement\": \".weight\"", "\"drop\": false", "keyMap[1].replacement"),
    ("\"suffix\": \".gamma\"", "\"suffix\": \".gamma\", \"prefix\": \"a\"", "keyMap[1].prefix"),
    ("\"suffix\": \".gamma\"", "\"pattern\": \".*\"", "keyMap[1].pattern"),
    ("\"fit\": \"letterbox\"", "\"fit\": \"letterbox\", \"pading\": 3", "inputContract.pading"),
    ("\"fit\": \"letterbox\"", "\"fit\": \"squash\"", "inputContract.fit"),
    ("[64, 32]", "[64, 0]", "inputContract"),
    ("\"value\": 25.8", "\"value\": \"25.8\"", "metrics[0].value"),
    ("\"id\": \"tiny\"", "\"id\": \"small\"", "id"),
    ("{\"id\"", "\"id\"", ""),
  ])
  func namesTheFaultyEntry(part: String, replacement: String, key: String) throws {
    let text = Self.text(part, by: replacement)
    #expect(text != Self.text())
    let error = try #require(throws: WeightsError.self) { try load(text) }
    guard case .invalidManifest(let path, let found, let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(path.hasSuffix("tiny.json"))
    #expect(found == key, "\(reason)")
    #expect(error.exitCode == .damagedInput)
  }

  @Test func labelsComeFromTheirFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("person\r\ntraffic light\n\n", to: "Weights/labels/two.txt")
    try folder.write("1\n90\n", to: "Weights/labels/ids.txt")
    try folder.write(
      Self.text("[\"cat\", \"dog\"]", by: "\"two.txt\"").replacingOccurrences(of: "[3, 7]", with: "\"ids.txt\""),
      to: "Weights/tiny.json")
    let home = WeightsHome(path: folder.path)
    let manifest = try Manifest.load(id: "tiny", in: home)
    #expect(try manifest.labels(in: home) == ["person", "traffic light"])
    #expect(try manifest.categoryIDs(in: home) == [1, 90])
    try folder.write("1\nninety\n", to: "Weights/labels/ids.txt")
    #expect(throws: WeightsError.self) { try manifest.categoryIDs(in: home) }
  }

  @Test func unknownIdsGetSuggestions() throws {
    let folder = try TemporaryFolder()
    for id in ["yolox_nano", "yolox_tiny", "resnet18"] { try folder.write("{}", to: "Weights/\(id).json") }
    let home = WeightsHome(path: folder.path)
    #expect(throws: WeightsError.unknown(id: "yolo_nano", nearest: ["yolox_nano"])) {
      try Manifest.load(id: "yolo_nano", in: home)
    }
    #expect(throws: WeightsError.unknown(id: "../resnet18", nearest: ["resnet18"])) {
      try Manifest.load(id: "../resnet18", in: home)
    }
  }
}
