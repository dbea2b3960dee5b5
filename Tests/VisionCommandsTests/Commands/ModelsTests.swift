import Foundation
import Testing

@Suite struct ModelsTests {
  private let folder = Scratch()
  /// SHA-256 of "abc", as FIPS 180-4 works it out.
  private static let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  /// A home of one manifest, `tiny`, whose weights are the bytes "abc"; its only URL answers nothing.
  private func environment(mirror: String) throws -> [String: String] {
    let source = URL(fileURLWithPath: Program.root + "/Weights/yolox_nano.json")
    var manifest = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: source)) as? [String: Any])
    manifest["id"] = "tiny"
    manifest["weights"] = [
      "name": "tiny.pth", "bytes": 3, "sha256": Self.hash, "hashSource": "a test",
      "urls": ["http://127.0.0.1:9/tiny.pth"],
    ]
    try folder.write("home/Weights/tiny.json", JSONSerialization.data(withJSONObject: manifest))
    for name in ["coco80.txt", "coco80_ids.txt"] {
      let text = try Data(contentsOf: URL(fileURLWithPath: Program.root + "/Weights/labels/" + name))
      try folder.write("home/Weights/labels/" + name, text)
    }
    try folder.write("mirror/tiny.pth", mirror)
    return [
      "VISION_HOME": folder.path("home"), "VISION_CACHE": folder.path("cache"), "VISION_MIRROR": folder.path("mirror"),
    ]
  }

  @Test func listNamesEveryModel() throws {
    let lines = try Program.run(["models", "list", "--json"]).json()
    let ids = lines.compactMap { $0["id"] as? String }
    #expect(Set(["yolox_nano", "yolox_tiny", "yolox_x", "yolov3", "yolov4"]).isSubset(of: ids))
    for key in ["model", "task", "licence", "source", "metrics"] { #expect(lines.allSatisfy { $0[key] != nil }) }
    #expect(try Program.run(["models"]).lines.count == ids.count)
  }

  @Test func showIsTheCard() throws {
    let card = try #require(Program.run(["models", "show", "yolo", "--json"]).json().first)
    #expect(card["id"] as? String == "yolox_tiny")
    // YOLOX README: 5.06 M parameters.
    #expect(Int(card["parameters"] as? String ?? "").map { abs($0 - 5_060_000) < 10_000 } == true)
    #expect(card["published"] is [String] && card["file"] is [String])
    let unknown = try Program.run(["models", "show", "yolox-nan"])
    #expect(unknown.code == 64 && unknown.errors.contains("did you mean yolox_nano"))
  }

  @Test func pullTakesFromTheMirrorOnce() throws {
    let environment = try environment(mirror: "abc")
    #expect(try Program.run(["models", "verify"], environment: environment).errors.contains("no weights"))
    for fetched in [["tiny.pth"], []] {
      let run = try Program.run(["models", "pull", "tiny", "--offline", "--json"], environment: environment)
      #expect(run.code == 0)
      let line = try #require(run.json().first)
      #expect(line["fetched"] as? [String] == fetched)
      #expect(line["weights"] as? String == folder.path("cache/tiny.pth"))
    }
    let verified = try Program.run(["models", "verify", "--json"], environment: environment)
    #expect(try verified.json().first?["sha256"] as? String == Self.hash)
    #expect(try Program.run(["models", "list"], environment: environment).output.contains("here (cache, 3 bytes)"))
    try folder.write("cache/tiny.pth", "abd")
    let spoilt = try Program.run(["models", "verify", "tiny", "--json"], environment: environment)
    #expect(spoilt.code == 65)
    #expect((try spoilt.json().first?["error"] as? [String: String])?["code"] == "weights.hash")
  }

  @Test func wrongBytesAreNotKept() throws {
    let run = try Program.run(["models", "pull", "tiny", "--offline"], environment: environment(mirror: "abd"))
    #expect(run.code == 65)
    #expect(run.errors.contains("SHA-256 expected \(Self.hash), found ") && run.errors.contains("nothing was kept"))
    #expect(!folder.names("cache").contains("tiny.pth"))
  }

  @Test func whatIsNowhereSaysSo() throws {
    var environment = try environment(mirror: "abc")
    environment["VISION_MIRROR"] = folder.path("elsewhere")
    let offline = try Program.run(["models", "pull", "tiny", "--offline"], environment: environment)
    #expect(offline.code == 66 && offline.errors.contains("tiny.pth, 3 bytes; looked in"))
    environment["VISION_CACHE"] = "/proc/nothing"
    environment["VISION_MIRROR"] = folder.path("mirror")
    #expect(try Program.run(["models", "pull", "tiny", "--offline"], environment: environment).code == 73)
    let mixed = try Program.run(["models", "pull", "nothing", "--json"])
    #expect(mixed.code == 66)
    #expect((try mixed.json().first?["error"] as? [String: String])?["code"] == "weights.unknown")
  }

  @Test func doctorKnowsTheMachine() throws {
    let environment = ["VISION_CACHE": "/tmp/somewhere"]
    let facts = try #require(
      Program.run(["doctor", "--json", "--threads", "1"], environment: environment).json().first)
    #expect(facts["threads"] as? Int == 1 && facts["cache"] as? String == "/tmp/somewhere")
    #expect((facts["processors"] as? Int ?? 0) >= 1 && facts["home"] as? String == Program.root)
    #expect(facts["kernels"] is String && facts["jpeg"] is String && facts["mirror"] is NSNull)
    #expect(try Program.run(["doctor"]).output.contains("kernels: "))
  }
}
