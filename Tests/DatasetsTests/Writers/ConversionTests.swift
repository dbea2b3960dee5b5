import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

/// Round trips: what comes back is compared with what went in, number for number.
@Suite struct ConversionTests {
  private let fixture = Fixture()

  private func open(_ path: String) throws -> FileDataset {
    try #require(try DatasetReader.open(path) as? FileDataset)
  }

  /// Converts and opens the result.
  private func convert(_ set: FileDataset, _ target: DatasetConversion.Target, _ name: String) throws -> FileDataset {
    let report = try DatasetConversion(to: target, output: fixture.path(name))(set)
    #expect(report.faults == [] && report.images == set.count)
    return try open(fixture.path(name))
  }

  /// By picture's name: part, class names and all of the objects, but for numbers that only COCO has.
  private func content(_ set: FileDataset, ids: Bool = false) throws -> [String: [String]] {
    var content: [String: [String]] = [:]
    for index in 0..<set.count {
      let record = try set.record(at: index)
      let objects = (record.objects ?? []).map { object in
        let d = object.details
        return
          "\(set.classes[object.label]) \(object.x) \(object.y) \(object.width) \(object.height) \(object.isCrowd) "
          + "\(object.isDifficult) \(object.isTruncated) \(String(describing: d?.segmentation)) "
          + "\(String(describing: d?.keypoints)) \(String(describing: d?.area)) \(d?.pose ?? "") \(ids ? object.id ?? 0 : 0)"
      }
      let name = record.image.split(separator: "/").last.map(String.init) ?? ""
      content[name] = ["\(record.split ?? "") \(record.objects == nil)"] + objects
    }
    return content
  }

  @Test func everythingOfVOCComesBack() throws {
    for (index, name) in ["a", "b", "c", "d"].enumerated() {
      try fixture.picture("set/JPEGImages/\(name).png", width: 413, height: 311, shade: index)
    }
    // Sides that no power of two divides: fractions without an end.
    try fixture.voc(
      "a", size: (413, 311),
      boxes: [("dog", 1, 1, 413, 311), ("a &amp; &lt;b&gt;", 17, 29, 203, 211), ("dog", 0, 0, 1, 7)])
    try fixture.write(
      "set/Annotations/b.xml",
      """
      <annotation><filename>b.png</filename><size><width>413</width><height>311</height></size>
      <object><name>cat</name><pose>Left</pose><truncated>1</truncated><occluded>1</occluded><difficult>1</difficult>
      <bndbox><xmin>45.7</xmin><ymin>3.14159</ymin><xmax>311.25</xmax><ymax>99.1</ymax></bndbox></object></annotation>
      """)
    try fixture.voc("c", size: (413, 311), boxes: [])
    try fixture.write("set/ImageSets/Main/train.txt", "a\nb\n")
    try fixture.write("set/ImageSets/Main/test.txt", "c\nd\n")
    let set = try open(fixture.path("set"))
    let expected = try content(set)
    #expect(expected["b.png"]?.count == 2 && expected["d.png"] == ["test true"])
    let coco = try convert(set, .coco, "coco"), yolo = try convert(set, .yolo, "yolo")
    #expect(coco.format == .coco && yolo.format == .yolo)
    #expect(try content(coco) == expected)
    #expect(try content(yolo) == expected)
    #expect(try content(convert(coco, .voc, "1")) == expected)
    #expect(try content(convert(yolo, .voc, "2")) == expected)
    #expect(try content(convert(convert(yolo, .coco, "3"), .voc, "4")) == expected)
    // Boxes come back without the file of what YOLO has no place for, too.
    try FileManager.default.removeItem(atPath: fixture.path("yolo/vision.json"))
    let plain = try content(open(fixture.path("yolo")))
    #expect(plain["a.png"] == expected["a.png"])
  }

  @Test func everythingOfCOCOComesBack() throws {
    try fixture.picture("set/images/a.png", width: 40, height: 30)
    try fixture.write(
      "set/instances.json",
      """
      {"images": [{"id": 77, "file_name": "a.png", "width": 40, "height": 30}], "annotations": [
       {"id": 31, "image_id": 77, "category_id": 90, "bbox": [1.01, 2.35, 7.77, 9.19], "area": 33.3, "iscrowd": 0,
        "segmentation": [[1.01, 2.35, 8.78, 2.35, 8.78, 11.54], [2, 3, 4, 3, 4, 5]], "keypoints": [1.5, 2.5, 2], "num_keypoints": 1},
       {"id": 12, "image_id": 77, "category_id": 3, "bbox": [0, 0, 40, 30], "area": 600, "iscrowd": 1,
        "segmentation": {"size": [30, 40], "counts": [600, 600]}},
       {"id": 13, "image_id": 77, "category_id": 3, "bbox": [0, 0, 40, 30], "area": 1200, "iscrowd": 0, "segmentation": []}],
       "categories": [{"id": 90, "name": "person", "supercategory": "who", "keypoints": ["nose"], "skeleton": []},
                      {"id": 3, "name": "car"}]}
      """)
    let set = try open(fixture.path("set"))
    let expected = try content(set, ids: true)
    let voc = try convert(set, .voc, "voc"), yolo = try convert(set, .yolo, "yolo")
    for (index, other) in [voc, yolo].enumerated() {
      let back = try convert(other, .coco, "back\(index)")
      #expect(try content(back, ids: true) == expected)
      #expect(back.classList.map(\.categoryID) == [90, 3] && back.classList[0].keypoints == ["nose"])
      #expect(try back.record(at: 0).id == 77)
    }
  }

  @Test func posesAreReadAndWrittenAsYOLOHasThem() throws {
    try fixture.picture("set/images/a.png", width: 40, height: 20)
    try fixture.write("set/data.yaml", "kpt_shape: [2, 3]\nflip_idx: [1, 0]\nnames:\n  0: person\n")
    let line = "0 0.5 0.5 0.25 0.5 0.3 0.35 2 0 0 0\n"
    try fixture.write("set/labels/a.txt", line + "0 0.5 0.5 0.5 0.5\n0 0.5 0.5 0.5 0.5 0.1 0.1 2 500 0.1 2\n")
    let damaged = try open(fixture.path("set"))
    #expect(damaged.faults.map(\.kind) == ["annotation.damaged", "keypoint.not_finite"])
    #expect(damaged.faults.first?.message.contains("line 2 has 5 numbers (expected 11") == true)
    try fixture.write("set/labels/a.txt", line)
    let set = try open(fixture.path("set"))
    let object = try #require(set.record(at: 0).objects?.first)
    #expect(object.details?.keypoints == [12, 7, 2, 0, 0, 0])
    #expect(set.classList[0].keypoints?.count == 2)
    #expect(try set.sample(at: 0).objects?.first?.keypoints?.map(\.visibility) == [2, 0])
    // Through COCO and back: the same line.
    let coco = try convert(set, .coco, "coco"), back = try convert(coco, .yolo, "back")
    #expect(try coco.record(at: 0).objects?.first?.details?.keypoints == [12, 7, 2, 0, 0, 0])
    #expect(try String(contentsOfFile: fixture.path("back/labels/a.txt"), encoding: .utf8) == line)
    #expect(try String(contentsOfFile: fixture.path("back/data.yaml"), encoding: .utf8).contains("kpt_shape: [2, 3]"))
    #expect(try content(back) == content(coco))
  }

  @Test func posesOfTwoNumbersAndMirroredNames() throws {
    try fixture.picture("two/images/a.png", width: 40, height: 20)
    try fixture.write("two/data.yaml", "kpt_shape: [2, 2]\nnames: [person]\n")
    try fixture.write("two/labels/a.txt", "0 0.5 0.5 0.25 0.5 0.3 0.35 -1 0.5\n")
    #expect(
      try open(fixture.path("two")).record(at: 0).objects?.first?.details?.keypoints == [12, 7, 2, 0, 0, 0])
    try fixture.write("two/data.yaml", "kpt_shape: [2, 4]\nnames: [person]\n")
    #expect(message { _ = try open(fixture.path("two")) }.contains("kpt_shape is not"))
    try fixture.picture("set/images/a.png", width: 40, height: 30)
    try fixture.write(
      "set/instances.json",
      """
      {"images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}], "annotations": [
       {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 8, 9], "iscrowd": 0, "keypoints": [1, 2, 2, 60, 4, 1, 5, 6, 7]},
       {"id": 2, "image_id": 1, "category_id": 1, "bbox": [1, 1, 8, 8], "iscrowd": 0, "segmentation": [[1, 1, 2, 2, 3, 1]]}],
       "categories": [{"id": 1, "name": "person", "keypoints": ["nose", "left_eye", "right_eye"]}]}
      """)
    let set = try open(fixture.path("set")), yolo = try convert(set, .yolo, "yolo")
    #expect(try String(contentsOfFile: fixture.path("yolo/data.yaml"), encoding: .utf8).contains("flip_idx: [0, 2, 1]"))
    #expect(try content(convert(yolo, .coco, "again"), ids: true) == content(set, ids: true))
    let kinds = DatasetCheck()(set).findings.map(\.kind)
    #expect(kinds.contains("keypoint.outside") && kinds.contains("keypoint.visibility"))
  }

  @Test func outlinesBecomeVOCsMapsOfObjects() throws {
    try fixture.picture("set/images/a.png", width: 6, height: 4)
    // A group over the left half, a square on top of it, an object without an outline.
    try fixture.write(
      "set/instances.json",
      """
      {"images": [{"id": 1, "file_name": "a.png", "width": 6, "height": 4}], "annotations": [
       {"id": 1, "image_id": 1, "category_id": 5, "bbox": [1, 1, 4, 2], "area": 8, "iscrowd": 0,
        "segmentation": [[1, 1, 5, 1, 5, 3, 1, 3]]},
       {"id": 2, "image_id": 1, "category_id": 4, "bbox": [0, 0, 3, 4], "area": 12, "iscrowd": 1,
        "segmentation": {"size": [4, 6], "counts": [0, 12, 12]}},
       {"id": 3, "image_id": 1, "category_id": 4, "bbox": [5, 0, 1, 1], "area": 1, "iscrowd": 0}],
       "categories": [{"id": 4, "name": "car"}, {"id": 5, "name": "cat"}]}
      """)
    let set = try open(fixture.path("set")), expected = try content(set, ids: true)
    let voc = try convert(set, .voc, "voc"), record = try voc.record(at: 0)
    let objects = try voc.classMap(#require(record.objectMask)), classes = try voc.classMap(#require(record.classMask))
    #expect(
      objects.classes == [255, 255, 255, 0, 0, 0, 255, 1, 1, 1, 1, 0, 255, 1, 1, 1, 1, 0, 255, 255, 255, 0, 0, 0])
    #expect(classes.classes == objects.classes.map { $0 == 1 ? 2 : $0 })
    #expect(try content(convert(voc, .coco, "back"), ids: true) == expected)
    // Without the sidecar the outline comes from the map, and an object that has no pixel there has none.
    try FileManager.default.removeItem(atPath: fixture.path("voc/vision.json"))
    let plain = try convert(open(fixture.path("voc")), .coco, "plain").record(at: 0).objects ?? []
    #expect(plain.map { $0.details?.segmentation == nil } == [false, true, true])
    #expect(try plain.first?.details?.segmentation?.mask(width: 6, height: 4).area == 8)
  }

  @Test func aSidecarCountsOnlyForTheFileItWasWrittenWith() throws {
    try fixture.picture("set/JPEGImages/a.png", width: 40, height: 30)
    try fixture.write(
      "set/Annotations/a.xml",
      "<annotation><object><name>x</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>4</xmax>"
        + "<ymax>4</ymax></bndbox></object></annotation>")
    let yolo = try convert(open(fixture.path("set")), .yolo, "yolo")
    #expect(try yolo.record(at: 0).objects?[0].isDifficult == true)
    try fixture.write("yolo/labels/a.txt", "0 0.5 0.5 0.1 0.1\n")
    let changed = try #require(try open(fixture.path("yolo")).record(at: 0).objects?[0])
    #expect(!changed.isDifficult && changed.x == 18)
  }

  @Test func aFolderInUseIsRefused() throws {
    try fixture.picture("set/JPEGImages/a.png")
    try fixture.voc("a", boxes: [("x", 1, 1, 2, 2)])
    try fixture.write("out/mine.txt", "x")
    let set = try open(fixture.path("set"))
    #expect(
      message { _ = try DatasetConversion(to: .coco, output: fixture.path("out"))(set) }.contains("something in it"))
    try fixture.picture("labels/a/1.png")
    try fixture.picture("labels/b/1.png")
    let folders = try open(fixture.path("labels"))
    #expect(
      message { _ = try DatasetConversion(to: .coco, output: fixture.path("new"))(folders) }.contains("no objects"))
  }

  @Test(.enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder of real data"))
  func bccdIsIdentical() throws {
    let set = try open((TestData.folder ?? "") + "/datasets/bccd-voc.zip")
    let expected = try content(set)
    #expect(set.count == 364 && expected.values.reduce(0) { $0 + $1.count - 1 } == 4888)
    let coco = try convert(set, .coco, "coco")
    #expect(try content(coco) == expected)
    let yolo = try convert(coco, .yolo, "yolo")
    #expect(try content(yolo) == expected)
    #expect(try content(convert(yolo, .voc, "voc")) == expected)
  }
}
