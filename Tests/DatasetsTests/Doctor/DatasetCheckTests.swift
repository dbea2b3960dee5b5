import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct DatasetCheckTests {
  private let fixture = Fixture()

  private func kinds(_ name: String = "set") throws -> [String] {
    DatasetCheck()(try DatasetReader.open(fixture.path(name))).counts.map(\.kind)
  }

  @Test func aGoodSetHasNothing() throws {
    for (index, name) in ["train/a/1.png", "train/b/2.png", "test/a/3.png", "test/b/4.png"].enumerated() {
      try fixture.picture("set/\(name)", shade: index)
    }
    let report = DatasetCheck()(try DatasetReader.open(fixture.path("set")))
    #expect(report.counts.isEmpty && !report.hasFaults)
    #expect(report.classes.map(\.images) == [2, 2])
  }

  @Test func copiesLeakageAndConflicts() throws {
    try fixture.picture("set/train/a/1.png")
    try fixture.picture("set/train/a/2.png")
    try fixture.picture("set/train/b/9.png", shade: 1)
    #expect(try kinds() == ["image.duplicate"])
    try fixture.picture("set/test/a/1.png")
    // Both of train's are the one of test, which comes first.
    let report = DatasetCheck()(try DatasetReader.open(fixture.path("set")))
    #expect(report.counts.map(\.kind) == ["split.leakage"] && report.counts.map(\.count) == [2])
    try fixture.picture("set/test/b/1.png")
    #expect(try kinds().contains("label.conflict"))
  }

  @Test func damagedAndMistypedFiles() throws {
    try fixture.picture("set/a/1.png")
    try fixture.write("set/a/2.png", Array(Fixture.png(shade: 2).prefix(45)))
    try fixture.write("set/b/3.jpg", Fixture.png(shade: 3))
    try fixture.write("set/b/4.jpg", "text")
    let report = DatasetCheck()(try DatasetReader.open(fixture.path("set")))
    #expect(report.counts.map(\.kind) == ["image.damaged", "image.mistyped"])
    #expect(report.counts.map(\.count) == [1, 2])
  }

  @Test func imbalanceIsAWarning() throws {
    for index in 0..<42 { try fixture.picture("set/\(index < 40 ? "a" : "b")/\(index).png", shade: index) }
    #expect(try kinds().isEmpty)
    try FileManager.default.removeItem(atPath: fixture.path("set/b/41.png"))
    let report = DatasetCheck()(try DatasetReader.open(fixture.path("set")))
    #expect(report.counts.map(\.kind) == ["class.imbalance"] && !report.hasFaults)
  }

  /// The JPEG with an EXIF segment that says a quarter turn.
  private func rotated(_ jpeg: [UInt8]) -> [UInt8] {
    let tiff: [UInt8] = Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
    let body = Array("Exif\u{0}\u{0}".utf8) + tiff
    return [0xFF, 0xD8, 0xFF, 0xE1, 0, UInt8(body.count + 2)] + body + jpeg.dropFirst(2)
  }

  @Test func annotationsOfTheStoredPicture() throws {
    let jpeg = try Image(width: 40, height: 20, format: .gray, pixels: [UInt8](repeating: 9, count: 800)).jpegData()
    try fixture.write("set/JPEGImages/a.jpg", rotated(jpeg))
    try fixture.write(
      "set/Annotations/a.xml",
      "<annotation><filename>a.jpg</filename><object><name>x</name><bndbox><xmin>21</xmin><ymin>2</ymin><xmax>38</xmax>"
        + "<ymax>12</ymax></bndbox></object></annotation>")
    #expect(try kinds() == ["box.outside", "image.rotated"])
  }

  @Test func unlabelledPicturesAndWrongSizes() throws {
    try fixture.picture("set/JPEGImages/a.png")
    try fixture.picture("set/JPEGImages/b.png", shade: 1)
    try fixture.voc("a", size: (9, 9), boxes: [("x", 1, 1, 2, 2), ("x", 1, 1, 2, 2)])
    #expect(try kinds() == ["box.duplicate", "image.size", "image.unlabelled"])
  }

  @Test func masksOfUnknownClasses() throws {
    try fixture.picture("set/images/a.png", width: 2, height: 1)
    try fixture.mask("set/masks/a.png", width: 2, height: 1, [1, 255])
    try fixture.write("set/classes.txt", "a\nb\n")
    #expect(try kinds() == ["class.empty"])
    try fixture.mask("set/masks/a.png", width: 2, height: 1, [0, 2])
    #expect(try kinds().contains("label.range"))
  }

  @Test func nothingIsChanged() throws {
    try fixture.picture("set/a/1.png")
    try fixture.write("set/b/2.png", "no picture")
    let before = try FileManager.default.subpathsOfDirectory(atPath: fixture.path)
    _ = try kinds()
    #expect(try FileManager.default.subpathsOfDirectory(atPath: fixture.path) == before)
    #expect(try String(contentsOfFile: fixture.path("set/b/2.png"), encoding: .utf8) == "no picture")
  }

  @Test(
    .enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder of real data"),
    arguments: [
      ("bccd-voc.zip", DatasetFormat.voc, 364, 3), ("coco128-val.zip", .yolo, 132, 80), ("camvid11.zip", .masks, 30, 0),
      ("clothing-176.zip", .imageFolder, 3781, 10),
    ])
  func realSetsAreReadAndWhole(file: String, format: DatasetFormat, count: Int, classes: Int) throws {
    let set = try DatasetReader.open((TestData.folder ?? "") + "/datasets/" + file)
    #expect(set.format == format && set.count == count && set.classes.count == classes)
    #expect(!DatasetCheck()(set).hasFaults)
  }
}
