import Foundation
import Testing

/// `vision datasets`: exit codes, one line an error, nothing changed.
@Suite struct DatasetsTests {
  private let folder = Scratch()

  /// An ImageFolder of two good pictures.
  private func makeSet() throws -> String {
    for (name, sample) in [("a/1.png", "fruit.png"), ("b/2.jpg", "street.jpg")] {
      try folder.write("set/" + name, Data(contentsOf: URL(fileURLWithPath: Program.sample(sample))))
    }
    return folder.path("set")
  }

  @Test func checkEndsWithZeroOrOne() throws {
    let set = try makeSet()
    let good = try Program.run(["datasets", "check", set, "--json"])
    #expect(good.code == 0 && good.errors.isEmpty)
    let report = try #require(try good.json().first)
    #expect(
      report["format"] as? String == "image-folder" && report["images"] as? Int == 2 && report["ok"] as? Bool == true)
    try folder.write("set/b/3.jpg", Files.truncatedPhoto())
    let bad = try Program.run(["datasets", "check", set, "--json"])
    #expect(bad.code == 1)
    #expect((try bad.json().first?["counts"] as? [String: Int]) == ["image.damaged": 1])
    #expect(try Program.run(["datasets", "check", set]).output.contains("set/b/3.jpg: the picture is cut short"))
  }

  @Test func whatCannotBeReadIsOneLine() throws {
    try folder.write("cut.zip", Data([0x50, 0x4B, 3, 4, 0, 0]))
    try folder.write("empty/notes.txt", "hello")
    for (name, code) in [("cut.zip", 65), ("empty", 65), ("gone", 66)] as [(String, Int32)] {
      let run = try Program.run(["datasets", "check", folder.path(name)])
      #expect(run.code == code && run.errorLines.count == 1 && run.output.isEmpty, "\(run)")
      #expect(run.errors.hasPrefix("error: \(folder.path(name)): "))
    }
    #expect(try Program.run(["datasets", "check", makeSet(), "--split", "val"]).code == 64)
  }

  @Test func convertWritesAndNeverOverwrites() throws {
    let set = try makeSet()
    let refused = try Program.run(["datasets", "convert", set, "--to", "coco", "-o", folder.path("out")])
    #expect(refused.code == 64 && refused.errors.contains("no objects"))
    try folder.write("voc/JPEGImages/a.jpg", Data(contentsOf: URL(fileURLWithPath: Program.sample("street.jpg"))))
    try folder.write(
      "voc/Annotations/a.xml",
      "<annotation><object><name>car</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>"
        + "</annotation>")
    let arguments = ["datasets", "convert", folder.path("voc"), "--to", "yolo", "-o", folder.path("out"), "--json"]
    let run = try Program.run(arguments)
    #expect(run.code == 0)
    #expect(try run.json().first?["objects"] as? Int == 1)
    #expect(folder.names("out") == ["data.yaml", "images", "labels", "vision.json"])
    #expect(try Program.run(arguments).code == 73)
  }

  @Test func benchmarkGivesSpeedsAndSteps() throws {
    let set = try makeSet()
    let arguments = ["datasets", "benchmark", set, "--recipe", "imagenet-train", "--batch", "2", "--json"]
    let run = try Program.run(arguments)
    let line = try #require(try run.json().first)
    #expect(run.code == 0 && (line["epochs"] as? [[String: Any]])?.compactMap { $0["images"] as? Int } == [2, 2])
    #expect((line["images_per_second"] as? Double ?? 0) > 0)
    let steps = try Program.run(arguments + ["--steps"]).json().first?["steps"] as? [[String: Any]]
    #expect(
      steps?.compactMap { $0["step"] as? String } == [
        "decode", "random_resized_crop", "random_horizontal_flip", "color_jitter", "normalize", "batch",
      ])
    let wrong = try Program.run(["datasets", "benchmark", set, "--recipe", "imagenet-trains"])
    #expect(wrong.code == 65 && wrong.errors.contains("did you mean 'imagenet-train'"))
    // Pictures of two sizes make no batch.
    try folder.write("r.json", Data("[\"random_horizontal_flip\"]".utf8))
    let sizes = try Program.run(["datasets", "benchmark", set, "--recipe", folder.path("r.json")])
    #expect(sizes.code == 65 && sizes.errors.contains("resize them"))
  }
}
