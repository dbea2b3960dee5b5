import Foundation
import Imaging
import Testing

@Suite struct ConvertTests {
  private let folder = Scratch()
  private let fruit = Program.sample("fruit.png")
  private let lighthouse = Program.sample("lighthouse.jpg")
  private let street = Program.sample("street.jpg")

  private func convert(_ inputs: [String], _ options: [String]) throws -> Program.Outcome {
    try Program.run(["convert"] + inputs + options + ["--json"])
  }

  /// Sizes by hand: street is 640x426; lighthouse is stored as 540x360 on its side.
  @Test(
    arguments: [
      ("street.jpg", [], 640, 426), ("lighthouse.jpg", [], 360, 540), ("fruit.png", ["--size", "31x7"], 31, 7),
      ("street.jpg", ["--shortest", "213"], 320, 213), ("street.jpg", ["--longest", "320"], 320, 213),
      ("lighthouse.jpg", ["--shortest", "120"], 120, 180),
      ("lighthouse.jpg", ["--size", "9x9", "--filter", "box"], 9, 9),
    ] as [(String, [String], Int, Int)])
  func sizes(name: String, options: [String], width: Int, height: Int) throws {
    let output = folder.path("out.png")
    let run = try convert([Program.sample(name)], options + ["-o", output])
    #expect(run.code == 0 && run.errors.isEmpty)
    let line = try #require(run.json().first)
    #expect(line["width"] as? Int == width && line["height"] as? Int == height)
    #expect(line["output"] as? String == output && line["image"] as? String == Program.sample(name))
    let written = try Image.information(path: output)
    #expect(written.width == width && written.height == height && written.format == .png)
  }

  @Test func pngKeepsEveryByte() throws {
    _ = try convert([fruit], ["-o", folder.path("copy.png")])
    #expect(try Image.read(path: folder.path("copy.png")) == Image.read(path: fruit))
  }

  @Test func theFormatComesFromTheNameElseTheOption() throws {
    _ = try convert([fruit], ["-o", folder.path("a.jpeg")])
    _ = try convert([fruit], ["-o", folder.path("b.png")])
    _ = try convert([fruit, street], ["-o", folder.path("c"), "--format", "jpeg"])
    _ = try convert([fruit, street], ["-o", folder.path("d")])
    #expect(folder.names("c") == ["fruit.jpg", "street.jpg"] && folder.names("d") == ["fruit.png", "street.png"])
    for (name, format) in [
      ("a.jpeg", ImageFileFormat.jpeg), ("b.png", .png), ("c/fruit.jpg", .jpeg), ("d/fruit.png", .png),
    ] {
      #expect(try Image.information(path: folder.path(name)).format == format)
    }
  }

  @Test func oneBaseNameTwiceGivesTwoFiles() throws {
    for name in ["a/x.jpg", "b/x.png", "c/x.jpg"] {
      try folder.write(name, Data(contentsOf: URL(fileURLWithPath: name.hasSuffix("png") ? fruit : street)))
    }
    let inputs = ["a/x.jpg", "b/x.png", "c/x.jpg"].map(folder.path)
    let run = try convert(inputs, ["-o", folder.path("out")])
    #expect(folder.names("out") == ["x-convert-2.png", "x-convert.png", "x.png"])
    let outputs = ["x.png", "x-convert.png", "x-convert-2.png"].map { folder.path("out/" + $0) }
    #expect(try run.json().map { $0["output"] as? String } == outputs)
  }

  @Test func foldersListsGlobsAndStandardInput() throws {
    try folder.write("photos/b/two.jpg", Data(contentsOf: URL(fileURLWithPath: street)))
    try folder.write("photos/one.png", Data(contentsOf: URL(fileURLWithPath: fruit)))
    try folder.write("photos/notes.txt", "no")
    let list = try folder.write("list.txt", "# a comment\n\(fruit)\n\n\(street)\n")
    let inputs = [folder.path("photos"), "@" + list, folder.path("photos/*.png")]
    let run = try Program.run(["convert", "-o", folder.path("out")] + inputs + ["--longest", "8", "--json"])
    let names = try run.json().map { URL(fileURLWithPath: $0["image"] as? String ?? "").lastPathComponent }
    #expect(names == ["two.jpg", "one.png", "fruit.png", "street.jpg", "one.png"])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: street))
    let piped = try Program.run(["convert", "-", "-o", folder.path("in"), "--json"], input: bytes)
    #expect(piped.code == 0 && folder.names("in") == ["stdin.png"])
    #expect(try piped.json().first?["image"] as? String == "-")
    #expect(try Program.run(["convert", "-", "-o", folder.path("x.png")]).code == 65)
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    for threads in ["1", "2"] {
      _ = try convert(
        [street],
        ["-o", folder.path("t\(threads).png"), "--threads", threads, "--size", "333x99", "--filter", "lanczos"])
    }
    let files = try ["t1.png", "t2.png"].map { try Data(contentsOf: URL(fileURLWithPath: folder.path($0))) }
    #expect(files[0] == files[1])
  }

  @Test func withoutJSONItIsALineForPeople() throws {
    let run = try Program.run(["convert", fruit, "-o", folder.path("x.png"), "--size", "4x4"])
    #expect(run.output == "\(fruit): 4x4 -> \(folder.path("x.png"))\n")
  }
}
