import Foundation
import TestSupport
import Testing

@Suite struct DetectTests {
  private let folder = Scratch()
  private static let samples = ["fruit.png", "lighthouse.jpg", "street.jpg"]
  private static let random = [
    "--model", "yolox_nano", "--weights", "random", "--confidence", "0", "--max-detections", "5",
  ]

  private func detect(_ output: String, _ options: [String]) throws -> Program.Outcome {
    let run = try Program.run(
      ["detect"] + Self.samples.map(Program.sample) + ["-o", folder.path(output), "--json"] + Self.random + options)
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    return run
  }

  @Test func aSeedGivesOneResultWhateverThreadsAndBatch() throws {
    let options = ["--seed", "7", "--no-images"]
    let first = try detect("a", options + ["--threads", "1"])
    #expect(try detect("a", options + ["--threads", "2"]).output == first.output)
    #expect(try detect("a", options + ["--batch", "2"]).output == first.output)
    #expect(try detect("a", ["--seed", "8", "--no-images"]).output != first.output)
    #expect(folder.names("a").isEmpty)
  }

  @Test func theJSONLineIsThatOfTheContract() throws {
    let lines = try detect("b", ["--format", "coco,voc,yolo,csv"]).json()
    #expect(lines.map { ($0["image"] as? String)?.split(separator: "/").last.map(String.init) } == Self.samples)
    #expect(lines.map { $0["width"] as? Int } == [400, 360, 640])
    #expect(lines.map { $0["height"] as? Int } == [400, 540, 426])
    #expect(lines.allSatisfy { $0["model"] as? String == "yolox_nano" })
    #expect(lines.compactMap { $0["annotated"] as? String } == Self.samples.map { folder.path("b/" + $0) })
    for line in lines {
      let found = try #require(line["detections"] as? [[String: Any]])
      #expect(found.count == 5)
      let scores = found.compactMap { $0["score"] as? Double }
      #expect(scores == scores.sorted(by: >) && scores.allSatisfy { (0...1).contains($0) })
      #expect(found.allSatisfy { ($0["box"] as? [Double])?.count == 4 && $0["label"] is String && $0["class"] is Int })
    }
    #expect(
      folder.names("b") == ["Annotations", "detections.csv", "detections.json"] + ["fruit.png", "labels"]
        + Self.samples[1...])
    try expectFormats(folder.path("b"), of: lines)
  }

  /// Every format holds the same detections as the JSON lines.
  private func expectFormats(_ path: String, of lines: [[String: Any]]) throws {
    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
    let coco = try #require(JSONSerialization.jsonObject(with: Data(text("detections.json").utf8)) as? [[String: Any]])
    #expect(coco.map { $0["image_id"] as? Int } == (1...3).flatMap { Array(repeating: $0, count: 5) })
    let rows = try text("detections.csv").split(separator: "\n")
    #expect(rows.first == "image,label,class,score,x1,y1,x2,y2" && rows.count == 16)
    for (index, line) in lines.enumerated() {
      let found = try #require(line["detections"] as? [[String: Any]])
      for (position, one) in found.enumerated() {
        let box = try #require(one["box"] as? [Double])
        let bbox = try #require(coco[index * 5 + position]["bbox"] as? [Double])
        for (a, b) in zip(bbox, [box[0], box[1], box[2] - box[0], box[3] - box[1]]) { #expect(abs(a - b) < 1e-3) }
      }
      let stem = URL(fileURLWithPath: Self.samples[index]).deletingPathExtension().lastPathComponent
      #expect(try text("labels/\(stem).txt").split(separator: "\n").count == 5)
      #expect(try text("Annotations/\(stem).xml").components(separatedBy: "<object>").count == 6)
    }
  }

  @Test func annotationsGiveTheImageIDs() throws {
    let annotations = try folder.write(
      "gt.json", #"{"images": [{"id": 77, "file_name": "street.jpg"}], "annotations": [], "categories": []}"#)
    _ = try detect("c", ["--format", "coco", "--annotations", annotations, "--no-images"])
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("c/detections.json")))
    let rows = try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    #expect(Set(rows.compactMap { $0["image_id"] as? Int }) == [1, 2, 77])
    let broken = try Program.run(
      ["detect", Program.sample("fruit.png"), "-o", folder.path("d"), "--format", "coco", "--annotations"]
        + [Program.sample("fruit.png")] + Self.random)
    #expect(broken.code == 65 && broken.errors.contains("is not a COCO annotations file"))
  }

  @Test func clipCutsBoxesAtTheEdges() throws {
    let boxes = try detect("e", ["--clip", "--no-images"]).json().first?["detections"] as? [[String: Any]] ?? []
    #expect(boxes.count == 5)
    for box in boxes.compactMap({ $0["box"] as? [Double] }) {
      #expect(box.allSatisfy { (0...400).contains($0) })
    }
  }
}

/// What the official pipeline finds in real photos with real weights.
@Suite(.enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder"))
struct RealDetectionTests {
  private struct Expected: Decodable {
    var label: String
    var score: Double
    var box: [Double]
  }

  @Test(arguments: ["pth", "safetensors"]) func areTheOfficialOnes(suffix: String) throws {
    let data = TestData.folder ?? "", folder = Scratch()
    let golden = try JSONDecoder().decode(
      [String: [Expected]].self,
      from: Data(contentsOf: URL(fileURLWithPath: data + "/golden/yolox_nano_detections.json")))
    let photos = golden.keys.sorted().map { data + "/photos/" + $0 }
    let weights = ["--model", "yolox_nano", "--weights", data + "/weights/yolox_nano.\(suffix)"]
    let run = try Program.run(
      ["detect"] + photos + weights + ["--batch", "2", "--offline", "--no-images", "-o", folder.path("out"), "--json"])
    #expect(run.code == 0)
    let lines = try run.json()
    #expect(lines.count == golden.count)
    for line in lines {
      let name = URL(fileURLWithPath: line["image"] as? String ?? "").lastPathComponent
      let expected = try #require(golden[name])
      let found = try #require(line["detections"] as? [[String: Any]])
      #expect(found.map { $0["label"] as? String } == expected.map(\.label), "\(name)")
      for (one, other) in zip(found, expected) {
        let box = try #require(one["box"] as? [Double]), score = try #require(one["score"] as? Double)
        #expect(abs(score - other.score) <= 0.005, "\(name): \(other.label)")
        #expect(zip(box, other.box).allSatisfy { abs($0 - $1) <= 1 }, "\(name): \(other.label)")
      }
    }
  }
}
