import Datasets
import Foundation
import Imaging
import Support
import Testing

@Suite struct DatasetRenderingTests {
  private let fixture = Fixture()

  private func render(
    _ name: String, _ subject: DatasetRendering.Subject = .scenes([.coco, .voc]), count: Int = 6, seed: UInt64 = 5,
    threads: Int = 2, split: Double? = nil, width: Int = 96, height: Int = 72
  ) throws -> DatasetRendering.Report {
    var rendering = DatasetRendering(subject, count: count, output: fixture.path(name))
    (rendering.seed, rendering.split) = (seed, split)
    rendering.size = ImageSize(width: width, height: height)
    return try rendering(pool: ThreadPool(threads: threads))
  }

  private func files(_ name: String) throws -> [String: Data] {
    let root = fixture.path(name)
    var result: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: root) where !path.hasSuffix("/") {
      if let data = FileManager.default.contents(atPath: root + "/" + path) { result[path] = data }
    }
    return result
  }

  @Test func threadsDoNotChangeABit() throws {
    let first = try render("a", threads: 1), second = try render("b", threads: 2)
    // Three threads share a single picture by its rows.
    _ = try render("c", count: 1, threads: 3)
    #expect(first == second)
    let (a, b, c) = (try files("a"), try files("b"), try files("c"))
    #expect(a == b && a.count > 30)
    #expect(c["JPEGImages/000001.jpg"] == a["JPEGImages/000001.jpg"] && a["JPEGImages/000001.jpg"] != nil)
    _ = try render("d", seed: 6)
    #expect(try files("d")["JPEGImages/000001.jpg"] != a["JPEGImages/000001.jpg"])
  }

  /// Both forms say the same, and every box is the bounds of its mask, in the maps and in the run lengths.
  @Test func boxesAreTheBoundsOfMasks() throws {
    let report = try render("set", count: 12, split: 0.75)
    let coco = try DatasetReader.open(fixture.path("set"), options: DatasetOptions(format: .coco))
    let voc = try DatasetReader.open(fixture.path("set"))
    #expect(voc.format == .voc && coco.count == 12 && voc.count == 12)
    #expect(coco.classes == DatasetRendering.sceneClasses && voc.classes == coco.classes)
    #expect(coco.indices(ofSplit: "train").count == 9 && voc.indices(ofSplit: "val").count == 3)
    let names = Dictionary(uniqueKeysWithValues: (0..<coco.count).map { (coco.name(at: $0), $0) })
    var total = 0
    for index in 0..<voc.count {
      let other = try #require(names[voc.name(at: index)])
      let a = try voc.sample(at: index), b = try coco.sample(at: other)
      let objects = try #require(a.objects), twins = try #require(b.objects)
      #expect(objects.map(\.box) == twins.map(\.box) && objects.map(\.label) == twins.map(\.label))
      #expect(objects.map(\.mask) == twins.map(\.mask) && a.image == b.image)
      let map = try #require(a.classMap)
      for object in objects {
        let mask = try #require(object.mask)
        #expect(mask.boundingBox == object.box)
        #expect(zip(mask.pixels, map.classes).allSatisfy { $0 == 0 || Int($1) == object.label + 1 })
      }
      #expect(map.classes.count { $0 > 0 } == objects.reduce(0) { $0 + ($1.mask?.area ?? 0) })
      total += objects.count
    }
    #expect(total == report.objects && report.images == 12)
    #expect(report.classes.allSatisfy { $0.count > 0 } && report.classes.count == 6, "a class never occurs")
    #expect(!DatasetCheck()(voc).hasFaults && !DatasetCheck()(coco).hasFaults)
  }

  @Test func depthIsOfEveryPixel() throws {
    _ = try render("set", count: 1, width: 40, height: 32)
    let bytes = try #require(try files("set")["Depth/000001.safetensors"])
    let header = Int(
      bytes.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) })
    #expect(String(decoding: bytes[8..<8 + header], as: UTF8.self).contains("\"shape\":[32,40]"))
    #expect(bytes.count == 8 + header + 32 * 40 * 4)
    let values = bytes.dropFirst(8 + header).withUnsafeBytes { raw in
      (0..<32 * 40).map { Float(bitPattern: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
    }
    #expect(values.allSatisfy { $0.isFinite && $0 >= 0 } && Set(values).count > 100)
  }

  @Test func hotDogsAreAnImageFolder() throws {
    let report = try render("food", .hotdog, count: 20, width: 48, height: 48)
    let set = try DatasetReader.open(fixture.path("food"))
    #expect(set.format == .imageFolder && set.classes == ["hotdog", "not_hotdog"] && set.count == 20)
    #expect(["train", "val", "test"].map { set.indices(ofSplit: $0).count } == [16, 2, 2])
    #expect(report.classes.map(\.count) == [10, 10])
    for index in 0..<set.count { #expect(try set.sample(at: index).image.size == ImageSize(width: 48, height: 48)) }
  }

  @Test func oneFormAloneIsWhole() throws {
    _ = try render("coco", .scenes([.coco]), count: 2)
    _ = try render("voc", .scenes([.voc]), count: 2)
    #expect(try DatasetReader.open(fixture.path("coco")).format == .coco)
    #expect(try DatasetReader.open(fixture.path("voc")).format == .voc)
    #expect(try files("coco")["images/000001.jpg"] == files("voc")["JPEGImages/000001.jpg"])
  }

  @Test func refusesWhatCannotBeRendered() throws {
    #expect(message { _ = try render("x", count: 0) }.contains("0 pictures"))
    #expect(message { _ = try render("x", count: .max) }.contains("expected 1 to"))
    #expect(message { _ = try render("x", width: 1, height: 1) }.contains("1x1"))
    #expect(message { _ = try render("x", width: .max, height: 64) }.contains("expected sides"))
    #expect(message { _ = try render("x", split: .nan) }.contains("split"))
    #expect(message { _ = try render("x", .scenes([])) }.contains("no form"))
    #expect(!FileManager.default.fileExists(atPath: fixture.path("x")))
    _ = try render("x", count: 1)
    #expect(message { _ = try render("x", count: 1) }.contains("there is something in it"))
  }

  @Test func stopsWhereItIsToldTo() throws {
    var rendering = DatasetRendering(.scenes([.coco]), count: 40, output: fixture.path("part"))
    rendering.size = ImageSize(width: 32, height: 32)
    let report = try rendering { done, _ in done < 3 }
    #expect(report.images == 3)
    #expect(try DatasetReader.open(fixture.path("part")).count == 3)
  }
}
