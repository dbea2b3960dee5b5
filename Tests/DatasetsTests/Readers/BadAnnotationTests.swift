import Datasets
import Testing

/// Hostile and broken annotations: one clear line or the list of faults, never a crash.
@Suite struct BadAnnotationTests {
  private let fixture = Fixture()

  private func coco(
    _ annotations: String, images: String = #"{"id": 1, "file_name": "a.png", "width": 8, "height": 6}"#
  ) throws -> any Dataset {
    try fixture.picture("set/a.png")
    try fixture.write(
      "set/x.json",
      #"{"images": [\#(images)], "annotations": [\#(annotations)], "categories": [{"id": 1, "name": "cat"}]}"#)
    return try DatasetReader.open(fixture.path("set"))
  }

  @Test(arguments: [
    (#"{"id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}"#, "annotation.no_image"),
    (#"{"id": 1, "image_id": 1, "bbox": [0, 0, 1, 1]}"#, "annotation.no_category"),
    (#"{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}"#, "annotation.no_id"),
    (#"{"id": 1, "image_id": 2, "category_id": 1, "bbox": [0, 0, 1, 1]}"#, "annotation.orphan"),
    (#"{"id": 1, "image_id": 1, "category_id": 3, "bbox": [0, 0, 1, 1]}"#, "label.unknown"),
    (#"{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1]}"#, "annotation.no_box"),
    (#"{"id": 1, "image_id": 1, "category_id": 1, "bbox": null}"#, "annotation.no_box"),
  ])
  func missingIdsAreListed(annotation: String, kind: String) throws {
    #expect(try coco(annotation).faults.map(\.kind) == [kind])
  }

  @Test(arguments: [
    ("[NaN, 0, 1, 1]", "box.not_finite"), ("[0, 0, Infinity, 1]", "box.not_finite"), ("[0, 0, -1, 1]", "box.negative"),
    ("[0, 0, 0, 1]", "box.empty"), ("[0, 0, null, 1]", "box.not_finite"), ("[1e300, 0, 1, 1]", "box.outside"),
    ("[7, 0, 20, 1]", "box.outside"),
  ])
  func badBoxesAreFoundAndKeptFromSamples(box: String, kind: String) throws {
    let set = try coco(
      #"{"id": 1, "image_id": 1, "category_id": 1, "bbox": \#(box)}, {"id": 2, "image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2]}"#
    )
    #expect(DatasetCheck()(set).counts.map(\.kind) == [kind])
    // A box that is only too large is the augmentation's to cut.
    #expect(try set.sample(at: 0).objects?.count == (box == "[7, 0, 20, 1]" ? 2 : 1))
  }

  @Test(arguments: [
    #"{"file_name": "a.png"}"#, #"{"id": 2, "file_name": "../../etc/passwd"}"#,
    #"{"id": 2, "file_name": "/etc/passwd"}"#,
    #"{"id": 2}"#, #"{"id": 1, "file_name": "a.png"}"#, #"{"id": 2, "file_name": "gone.png"}"#,
  ])
  func badImagesAreListed(image: String) throws {
    let set = try coco("", images: #"{"id": 1, "file_name": "a.png"}, \#(image)"#)
    #expect(set.count == 1 && set.faults.count == 1)
  }

  @Test func aMaskOfAnotherSize() throws {
    let set = try coco(
      #"{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1], "segmentation": {"size": [2, 2], "counts": [4]}}"#
    )
    #expect(message { _ = try set.sample(at: 0) }.contains("it is 2x2, its picture 8x6"))
    #expect(DatasetCheck()(set).counts.map(\.kind) == ["mask.wrong"])

    try fixture.picture("masks/images/a.png")
    try fixture.mask("masks/masks/a.png", width: 2, height: 1, [0, 0])
    let masks = try DatasetReader.open(fixture.path("masks"))
    #expect(message { _ = try masks.sample(at: 0) }.contains("the mask is 2x1, its picture 8x6"))
    #expect(DatasetCheck()(masks).counts.map(\.kind) == ["mask.size"])
  }

  @Test(arguments: [
    "{", "[", #"{"images": [{"id": 1,"#, #"{"images": ["#, #"{"images": [1]}"#, #"{"images": [{"id": 1e999}]}"#,
    #"{"images": [{"id": "\u12"}]}"#, #"{"images": [{"id": tru}]}"#, #"{"images": [] extra}"#,
  ])
  func brokenJSONNamesItsPlace(text: String) throws {
    try fixture.write("bad.json", text)
    let options = DatasetOptions(format: .coco, annotations: "bad.json")
    let said = message { _ = try DatasetReader.open(fixture.path("bad.json"), options: options) }
    #expect(said.contains("bad.json: ") && !said.contains("\n"))
  }

  @Test func deepJSONIsRefused() throws {
    try fixture.write("bad.json", #"{"images": [], "info": \#(String(repeating: "[", count: 200_000))"#)
    let options = DatasetOptions(format: .coco, annotations: "bad.json")
    #expect(message { _ = try DatasetReader.open(fixture.path("bad.json"), options: options) }.contains("levels"))
  }

  @Test func entityBombsAreRefused() throws {
    try fixture.picture("set/JPEGImages/a.png")
    try fixture.picture("set/JPEGImages/b.png", shade: 1)
    try fixture.voc("b", boxes: [("cat", 1, 1, 2, 2)])
    try fixture.write(
      "set/Annotations/a.xml",
      """
      <!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]>
      <annotation><object><name>&b;</name></object></annotation>
      """)
    let set = try DatasetReader.open(fixture.path("set"))
    #expect(set.faults.map(\.kind) == ["annotation.refused"])
    #expect(set.classes == ["cat"])
  }

  @Test func brokenXMLAndBoxesAreListed() throws {
    for (index, name) in ["a", "b", "c"].enumerated() {
      try fixture.picture("set/JPEGImages/\(name).png", shade: index)
    }
    try fixture.write("set/Annotations/a.xml", "<annotation><object>")
    try fixture.write(
      "set/Annotations/b.xml",
      "<annotation><object><name>x</name><bndbox><xmin>one</xmin></bndbox></object></annotation>")
    try fixture.voc("c", boxes: [("cat", 1, 1, 2, 2)])
    let set = try DatasetReader.open(fixture.path("set"))
    #expect(set.faults.map(\.kind) == ["annotation.damaged", "object.damaged"])
    #expect(set.faults[0].message.contains("line 1"))
  }

  @Test(arguments: [
    "9 0.5 0.5 0.1 0.1", "0 0.5 0.5 0.1", "0 a b c d", "-1 0.5 0.5 0.1 0.1", "0.5 0.5 0.5 0.1 0.1",
    "0 0.1 0.1 inf 0.2 0.3 0.3",
  ])
  func badYOLOLinesAreListed(line: String) throws {
    try fixture.picture("set/images/a.png")
    try fixture.write("set/labels/a.txt", "0 0.5 0.5 0.1 0.1\n\(line)\n")
    try fixture.write("set/classes.txt", "cat\n")
    let set = try DatasetReader.open(fixture.path("set"))
    #expect(set.faults.count == 1)
    #expect(try set.record(at: 0).objects?.count == 1)
  }
}
